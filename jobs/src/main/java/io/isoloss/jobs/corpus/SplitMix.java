package io.isoloss.jobs.corpus;

/**
 * SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195): the same numbers on every Java version, which the
 * library's generators do not promise.
 */
final class SplitMix {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix(long seed) {
        this.state = seed;
    }

    /** An independent sequence for each pair. */
    static SplitMix of(long seed, long stream) {
        return new SplitMix(mix(mix(seed + GOLDEN) + stream));
    }

    long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** In [0, 1), 53 bits. */
    double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** In [0, bound); the bias, at most bound / 2^31, is far below what a shuffle shows. */
    int nextInt(int bound) {
        return (int) (((nextLong() >>> 33) * bound) >>> 31);
    }

    /** Normal, by Marsaglia's polar method. */
    double nextGaussian() {
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double s = x * x + y * y;
            if (s > 0 && s < 1) {
                return x * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
            }
        }
    }

    /** Gamma with scale 1 (Marsaglia and Tsang 2000, doi:10.1145/358407.358414; section 6 for shapes below 1). */
    double nextGamma(double shape) {
        if (shape < 1) {
            return nextGamma(shape + 1) * StrictMath.pow(1 - nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = nextGaussian();
            double root = 1 + c * x;
            double v = root * root * root;
            if (v > 0 && StrictMath.log(1 - nextDouble()) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
