package io.isoloss.jobs.model;

import java.util.Arrays;
import java.util.List;

/**
 * One of a layer's parameters, in c order.
 *
 * @param key its name in DL4J's tables
 * @param inputs numbers that each output of a matrix sums over; 0 where it is no matrix
 * @param outputs numbers that each input of a matrix goes to; 0 where it is no matrix
 * @param first what a gain or bias begins as, each for an equal part of it
 */
record Tensor(String key, long inputs, long outputs, List<Double> first, List<Long> shape) {

    static Tensor matrix(String key, long inputs, long outputs, long... shape) {
        return new Tensor(
                key, inputs, outputs, List.of(), Arrays.stream(shape).boxed().toList());
    }

    static Tensor gain(String key, long columns) {
        return new Tensor(key, 0, 0, List.of(1.0), List.of(columns));
    }

    static Tensor bias(String key, long columns) {
        return biases(key, columns, List.of(0.0));
    }

    /** Biases of several kinds side by side, each of so many columns. */
    static Tensor biases(String key, long columns, List<Double> first) {
        return new Tensor(key, 0, 0, first, List.of(columns * first.size()));
    }

    boolean isMatrix() {
        return inputs > 0;
    }

    long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    long length() {
        long length = 1;
        for (long size : shape) {
            length *= size;
        }
        return length;
    }
}
