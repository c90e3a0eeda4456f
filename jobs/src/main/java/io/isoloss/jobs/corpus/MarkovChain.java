package io.isoloss.jobs.corpus;

/** A source of symbols whose entropy is known: each symbol depends on the one before it. */
public final class MarkovChain {

    /**
     * Share of the uniform distribution mixed into every row, so that each symbol can follow each and there is one
     * stationary distribution.
     */
    private static final double UNIFORM_SHARE = 0.01;

    /** Row: the symbol before; column: the symbol after. */
    private final double[][] transition;

    private final double[] stationary;

    private MarkovChain(double[][] transition) {
        this.transition = transition;
        this.stationary = stationary(transition);
    }

    /** Rows drawn from a symmetric Dirichlet: a small concentration makes rows peaked and the entropy small. */
    static MarkovChain random(int symbols, double concentration, SplitMix random) {
        var rows = new double[symbols][symbols];
        for (double[] row : rows) {
            double sum = 0;
            for (int j = 0; j < symbols; j++) {
                row[j] = random.nextGamma(concentration);
                sum += row[j];
            }
            for (int j = 0; j < symbols; j++) {
                row[j] = (1 - UNIFORM_SHARE) * row[j] / sum + UNIFORM_SHARE / symbols;
            }
        }
        return new MarkovChain(rows);
    }

    public int symbols() {
        return transition.length;
    }

    public double probability(int before, int after) {
        return transition[before][after];
    }

    /** The long-run share of a symbol. */
    public double stationary(int symbol) {
        return stationary[symbol];
    }

    /** Nats a symbol that no model can beat in the long run: the sum over i of pi_i H(P_i). */
    public double entropyRateNats() {
        double rate = 0;
        for (int i = 0; i < symbols(); i++) {
            for (int j = 0; j < symbols(); j++) {
                rate -= stationary[i] * transition[i][j] * Math.log(transition[i][j]);
            }
        }
        return rate;
    }

    /**
     * Mean of -log P(target | token before) over exactly these windows, nats: what the true model scores there. It differs
     * from the entropy rate by the luck of the sample.
     */
    public double conditionalEntropyNats(ValidationWindows windows) {
        int context = windows.context();
        var inputs = new int[context];
        var targets = new int[context];
        double sum = 0;
        for (int window = 0; window < windows.count(); window++) {
            windows.fill(window, 1, inputs, targets);
            for (int t = 0; t < context; t++) {
                sum -= Math.log(transition[inputs[t]][targets[t]]);
            }
        }
        return sum / windows.tokens();
    }

    char[] generate(int length, SplitMix random) {
        var symbols = new char[length];
        double[] row = stationary;
        for (int i = 0; i < length; i++) {
            int symbol = draw(row, random.nextDouble());
            symbols[i] = (char) symbol;
            row = transition[symbol];
        }
        return symbols;
    }

    private static int draw(double[] row, double at) {
        double below = 0;
        for (int j = 0; j < row.length - 1; j++) {
            below += row[j];
            if (at < below) {
                return j;
            }
        }
        return row.length - 1;
    }

    /** Solves pi P = pi by the elimination of Grassmann, Taksar and Heyman 1985, which subtracts nothing. */
    private static double[] stationary(double[][] transition) {
        int n = transition.length;
        var p = new double[n][];
        for (int i = 0; i < n; i++) {
            p[i] = transition[i].clone();
        }
        for (int k = n - 1; k > 0; k--) {
            double leaving = 0;
            for (int j = 0; j < k; j++) {
                leaving += p[k][j];
            }
            for (int i = 0; i < k; i++) {
                p[i][k] /= leaving;
                for (int j = 0; j < k; j++) {
                    p[i][j] += p[i][k] * p[k][j];
                }
            }
        }
        var pi = new double[n];
        pi[0] = 1;
        double sum = 1;
        for (int k = 1; k < n; k++) {
            for (int i = 0; i < k; i++) {
                pi[k] += pi[i] * p[i][k];
            }
            sum += pi[k];
        }
        for (int k = 0; k < n; k++) {
            pi[k] /= sum;
        }
        return pi;
    }
}
