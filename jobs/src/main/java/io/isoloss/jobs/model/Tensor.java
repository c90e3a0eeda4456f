package io.isoloss.jobs.model;

import java.util.Arrays;
import java.util.List;

/**
 * One of a layer's parameters, in c order.
 *
 * @param key its name in DL4J's tables
 * @param inputs numbers that each output of a matrix sums over; 0 where it is no matrix
 * @param outputs numbers that each input of a matrix goes to; 0 where it is no matrix
 * @param first what a gain or bias begins as
 */
record Tensor(String key, long inputs, long outputs, double first, List<Long> shape) {

    static Tensor matrix(String key, long inputs, long outputs, long... shape) {
        return new Tensor(key, inputs, outputs, 0, Arrays.stream(shape).boxed().toList());
    }

    static Tensor gain(String key, long columns) {
        return new Tensor(key, 0, 0, 1, List.of(columns));
    }

    static Tensor bias(String key, long columns) {
        return new Tensor(key, 0, 0, 0, List.of(columns));
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
