package io.isoloss.analysis.runs;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A column of C whose every number has one significant digit, as sweeps write it to group runs by budget.
 *
 * <p>Such a number may be the exact budget of an IsoFLOP design or a count that was rounded, by up to a third: 1.5e18
 * becomes 2e18. The rule, for tables of three or more runs:
 *
 * <ul>
 *   <li>D is given and C = 6ND: the budgets are exact, and nothing need be done.
 *   <li>D is given and C is not 6ND: C is a label. It becomes the budget that a run belongs to, and the compute of the
 *       run is 6ND.
 *   <li>D would follow from C, under a header of budgets: the header says that the runs were trained on them.
 *   <li>D would follow from C, under any other header: refused, for D would be wrong by up to a third unnoticed.
 * </ul>
 */
final class RoundedFlops {
    /** Fewer numbers than this have one digit by chance. */
    private static final int FEWEST = 3;
    /** Tables write 6ND to four digits or more. */
    private static final double EXACT = 1e-3;

    private RoundedFlops() {}

    /**
     * The rows, with C as their budget where it is a label; what was done is added to {@code problems}.
     *
     * @throws io.isoloss.analysis.IsolossException of kind BAD_INPUT if D would follow from a rounded C
     */
    static List<TableRow> settle(String source, List<TableRow> rows, String header, List<Problem> problems) {
        List<TableRow> counted = rows.stream()
                .filter(row -> row.run().compute().flops6nd() != null)
                .toList();
        if (counted.size() < FEWEST
                || !counted.stream()
                        .allMatch(row -> oneDigit(row.run().compute().flops6nd()))) {
            return rows;
        }
        String values = counted.stream()
                .map(row -> row.run().compute().flops6nd())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .limit(4)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        if (counted.stream().anyMatch(row -> "flops_6nd".equals(row.tokensFrom()))) {
            throw TableRow.refused(
                    source,
                    "D = C/(6N) cannot be derived from '" + header + "', whose " + counted.size()
                            + " values all have one significant digit (" + values
                            + "): if they were rounded, D is wrong by up to a third; add a column of tokens, or, if the"
                            + " runs were trained on exactly these budgets, say so with --map budget=" + header + ".");
        }
        if (counted.stream().noneMatch(RoundedFlops::notProduct)) {
            return rows;
        }
        problems.add(new Problem(
                source,
                "'" + header + "' in " + source + " has one significant digit (" + values
                        + ") and is not 6ND: it is taken for the budget that a run belongs to, and C = 6ND.",
                false));
        List<TableRow> settled = new ArrayList<>();
        for (TableRow row : rows) {
            settled.add(row.run().compute().flops6nd() == null ? row : row.with(labelled(row.run())));
        }
        return settled;
    }

    private static Run labelled(Run run) {
        Map<String, Object> columns = new HashMap<>(ParquetTable.RUNS.columns().flatten(run));
        columns.putIfAbsent("budget_flops", columns.get("flops_6nd"));
        columns.put("flops_6nd", null);
        return ParquetTable.RUNS.columns().assemble(columns::get);
    }

    private static boolean notProduct(TableRow row) {
        Run run = row.run();
        return run.params() != null
                && run.tokens() != null
                && Math.abs(run.compute().flops6nd() / (6 * run.params() * run.tokens()) - 1) > EXACT;
    }

    private static boolean oneDigit(double flops) {
        return BigDecimal.valueOf(flops).stripTrailingZeros().precision() == 1;
    }
}
