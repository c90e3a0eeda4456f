package io.isoloss.jobs.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Training windows shared out among clients, each window to one. */
public final class Shards {
    private Shards() {}

    /** All windows of the training split. */
    static int[] whole(Corpus corpus, int context) {
        return IntStream.range(0, Windows.count(corpus.train(), context, "training"))
                .toArray();
    }

    /**
     * Shares them out.
     *
     * <p>With an α, the windows of each document class go to the clients in shares drawn from a symmetric Dirichlet
     * distribution (Yurochkin et al. 2019, arXiv:1905.12022): the smaller α, the fewer clients have most of a class. Where
     * the corpus has no classes, as many equal stretches of it as clients stand in for them, since documents that lie
     * together are alike. Without an α, windows are dealt at random into equal shards.
     *
     * @param alpha positive; null for shards that are alike
     * @return by client, the numbers of its windows in rising order, at least one
     */
    public static List<int[]> of(Corpus corpus, int context, int clients, Double alpha, long seed) {
        int windows = whole(corpus, context).length;
        if (clients < 1 || clients > windows || (alpha != null && !(alpha > 0 && Double.isFinite(alpha)))) {
            throw new IllegalArgumentException("Cannot share " + windows + " training windows among " + clients
                    + " clients with alpha " + alpha + " (want 1 to " + windows + " clients and a positive alpha)");
        }
        SplitMix random = SplitMix.of(seed, clients);
        List<List<Integer>> shards = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            shards.add(new ArrayList<>());
        }
        for (List<Integer> alike : alpha == null ? List.of(all(windows)) : groups(corpus, context, windows, clients)) {
            shuffle(alike, random);
            double[] ends = alpha == null ? equal(clients) : dirichlet(clients, alpha, random);
            for (int i = 0; i < alike.size(); i++) {
                int client = 0;
                while (client < clients - 1 && i >= Math.rint(ends[client] * alike.size())) {
                    client++;
                }
                shards.get(client).add(alike.get(i));
            }
        }
        for (List<Integer> shard : shards) {
            if (shard.isEmpty()) {
                List<Integer> largest = Collections.max(shards, Comparator.comparingInt(List::size));
                shard.add(largest.remove(largest.size() - 1));
            }
        }
        return shards.stream()
                .map(shard ->
                        shard.stream().mapToInt(Integer::intValue).sorted().toArray())
                .toList();
    }

    /** Windows by the class of their first token, else by where they lie. */
    private static List<List<Integer>> groups(Corpus corpus, int context, int windows, int clients) {
        boolean classed = corpus.classes() != null;
        int count = classed ? corpus.classes().names().size() : clients;
        List<List<Integer>> groups = new ArrayList<>();
        for (int group = 0; group < count; group++) {
            groups.add(new ArrayList<>());
        }
        for (int window = 0; window < windows; window++) {
            int group =
                    classed ? corpus.classes().train().at(window * context) : (int) ((long) window * clients / windows);
            groups.get(group).add(window);
        }
        return groups;
    }

    private static List<Integer> all(int windows) {
        return new ArrayList<>(IntStream.range(0, windows).boxed().toList());
    }

    private static void shuffle(List<Integer> windows, SplitMix random) {
        for (int i = windows.size() - 1; i > 0; i--) {
            Collections.swap(windows, i, random.nextInt(i + 1));
        }
    }

    private static double[] equal(int clients) {
        return IntStream.rangeClosed(1, clients)
                .mapToDouble(end -> (double) end / clients)
                .toArray();
    }

    /** Where each client's share ends, the last at 1. */
    private static double[] dirichlet(int clients, double alpha, SplitMix random) {
        double[] ends = new double[clients];
        double sum = 0;
        for (int client = 0; client < clients; client++) {
            sum += random.nextGamma(alpha);
            ends[client] = sum;
        }
        for (int client = 0; client < clients; client++) {
            ends[client] = sum > 0 ? ends[client] / sum : (client + 1.0) / clients;
        }
        return ends;
    }
}
