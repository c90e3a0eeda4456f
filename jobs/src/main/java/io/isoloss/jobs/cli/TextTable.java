package io.isoloss.jobs.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Aligned columns: the first to the left, numbers to the right, and the last as it is asked. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private boolean lastToTheLeft;

    TextTable(String... header) {
        rows.add(header);
    }

    /** The last column holds words. */
    TextTable endingInWords() {
        lastToTheLeft = true;
        return this;
    }

    void row(String... cells) {
        rows.add(cells);
    }

    /** Three significant digits: 7170, 0.0123, 3.05e10. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e5 || (size < 1e-3 && size > 0)) {
            return String.format(Locale.ROOT, "%.2e", value).replace("e+", "e").replaceAll("e(-?)0", "e$1");
        }
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 4;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    @Override
    public String toString() {
        int columns = rows.get(0).length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(Math.max(1, widths[i]), row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            String[] padded = new String[columns];
            for (int i = 0; i < columns; i++) {
                boolean left = i == 0 || (lastToTheLeft && i == columns - 1);
                padded[i] = String.format(left ? "%-" + widths[i] + "s" : "%" + widths[i] + "s", row[i]);
            }
            text.append(String.join("  ", Arrays.asList(padded)).stripTrailing())
                    .append(System.lineSeparator());
        }
        return text.toString();
    }
}
