package io.isoloss.analysis.frontier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The page docs/benchmarks/published-results.md: each published number, ours, and what to say of the two. */
final class PublishedPage {
    private final StringBuilder text = new StringBuilder();
    private final List<String> different = new ArrayList<>();
    private int rows;

    PublishedPage(String head) {
        text.append(head);
    }

    void section(String title, String about) {
        text.append("\n## ").append(title).append("\n\n").append(about).append("\n\n");
        text.append("| quantity | published | ours | verdict |\n|---|---|---|---|\n");
    }

    /** A number that should be the same to the tolerance, which is half a unit of the last published digit or as stated. */
    void same(String quantity, String published, double ours, double tolerance) {
        boolean equal = Math.abs(Double.parseDouble(published) - ours) <= tolerance;
        row(quantity, published, like(published, ours), equal ? "same" : differs(quantity));
    }

    /** A number that should be the same to the digits published. */
    void same(String quantity, String published, double ours) {
        same(quantity, published, ours, 0.51 * lastDigit(published));
    }

    /** An objective that should be no higher than the published one. */
    void noHigher(String quantity, String published, double ours) {
        double peer = Double.parseDouble(published);
        double unit = lastDigit(published);
        String verdict = ours > peer + 0.51 * unit
                ? differs(quantity)
                : ours < peer - 0.51 * unit
                        ? String.format(Locale.ROOT, "lower by %.2g %%", 100 * (peer - ours) / peer)
                        : "same";
        row(quantity, published, like(published, ours), verdict);
    }

    /** A number that differs for a reason that is known, by no more than {@code most} of it. */
    void explained(String quantity, String published, double ours, double most, String why) {
        boolean near = Math.abs(Double.parseDouble(published) - ours) <= most;
        row(quantity, published, like(published, ours), near ? why : differs(quantity));
    }

    /** The end of an interval, told in shares of the published width. */
    void end(String quantity, String published, double ours, double width) {
        double share = (ours - Double.parseDouble(published)) / width;
        row(
                quantity,
                published,
                like(published, ours),
                Math.abs(share) <= 0.05
                        ? String.format(Locale.ROOT, "%+.1f %% of the width", 100 * share)
                        : differs(quantity));
    }

    void told(String quantity, String published, String ours, boolean right, String verdict) {
        row(quantity, published, ours, right ? verdict : differs(quantity));
    }

    void note(String line) {
        text.append('\n').append(line).append('\n');
    }

    private String differs(String quantity) {
        different.add(quantity);
        return "**differs**";
    }

    private void row(String... cells) {
        rows++;
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** One unit of the last digit of a number as written, with or without an exponent. */
    private static double lastDigit(String published) {
        String[] parts = published.toLowerCase(Locale.ROOT).split("e", -1);
        int decimals = parts[0].contains(".") ? parts[0].length() - parts[0].indexOf('.') - 1 : 0;
        return Math.pow(10, (parts.length > 1 ? Integer.parseInt(parts[1]) : 0) - decimals);
    }

    /** Ours, with as many decimals as the published number has. */
    private static String like(String published, double ours) {
        String[] parts = published.toLowerCase(Locale.ROOT).split("e", -1);
        int decimals = parts[0].contains(".") ? parts[0].length() - parts[0].indexOf('.') - 1 : 0;
        if (parts.length == 1) {
            String number = String.format(Locale.ROOT, "%." + decimals + "f", ours);
            return published.startsWith(".") || published.startsWith("-.")
                    ? number.replaceFirst("^(-?)0\\.", "$1.")
                    : number;
        }
        return String.format(
                Locale.ROOT, "%." + decimals + "fe%s", ours / Math.pow(10, Integer.parseInt(parts[1])), parts[1]);
    }

    int rows() {
        return rows;
    }

    List<String> different() {
        return different;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
