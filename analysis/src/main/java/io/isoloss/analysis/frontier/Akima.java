package io.isoloss.analysis.frontier;

/**
 * The piecewise cubic of Akima (1970, Journal of the ACM 17, 589-602) with his own slopes beyond the ends. The one of
 * commons-math3 takes parabolas there instead, which moves minima near the ends.
 */
final class Akima {
    private final double[] x;
    private final double[] y;
    private final double[] slopes;

    /** @param x ascending, at least two different values */
    Akima(double[] x, double[] y) {
        this.x = x;
        this.y = y;
        int n = x.length;
        double[] chords = new double[n + 3]; // two beyond either end
        for (int i = 0; i < n - 1; i++) {
            chords[i + 2] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
        }
        double second = n > 2 ? chords[3] : chords[2];
        double secondLast = n > 2 ? chords[n - 1] : chords[n];
        chords[1] = 2 * chords[2] - second;
        chords[0] = 2 * chords[1] - chords[2];
        chords[n + 1] = 2 * chords[n] - secondLast;
        chords[n + 2] = 2 * chords[n + 1] - chords[n];
        this.slopes = new double[n];
        for (int i = 0; i < n; i++) {
            double after = Math.abs(chords[i + 3] - chords[i + 2]);
            double before = Math.abs(chords[i + 1] - chords[i]);
            slopes[i] = after + before > 0
                    ? (after * chords[i + 1] + before * chords[i + 2]) / (after + before)
                    : (chords[i + 1] + chords[i + 2]) / 2;
        }
    }

    /** Place in {@code grid}, ascending within the knots, of the least value; the first of equals. */
    int lowest(double[] grid) {
        int lowest = 0;
        double least = Double.POSITIVE_INFINITY;
        int piece = 0;
        for (int i = 0; i < grid.length; i++) {
            while (piece < x.length - 2 && grid[i] >= x[piece + 1]) {
                piece++;
            }
            double value = value(piece, grid[i]);
            if (value < least) {
                least = value;
                lowest = i;
            }
        }
        return lowest;
    }

    double value(double at) {
        int piece = 0;
        while (piece < x.length - 2 && at >= x[piece + 1]) {
            piece++;
        }
        return value(piece, at);
    }

    private double value(int piece, double at) {
        double width = x[piece + 1] - x[piece];
        double chord = (y[piece + 1] - y[piece]) / width;
        double u = at - x[piece];
        double second = (3 * chord - 2 * slopes[piece] - slopes[piece + 1]) / width;
        double third = (slopes[piece] + slopes[piece + 1] - 2 * chord) / (width * width);
        return y[piece] + u * (slopes[piece] + u * (second + u * third));
    }
}
