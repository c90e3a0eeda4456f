package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the operations of one shape and batch work on. Models that are stepped in turn may share it: the next one asks for
 * the same arrays in the same order and is given those of the first. Rows are batch × context.
 */
final class Buffers implements AutoCloseable {
    final TransformerShape shape;
    final int batch;
    final int rows;
    private final DataType type;
    private final List<INDArray> arrays = new ArrayList<>();
    private int next;

    Buffers(TransformerShape shape, int batch, DataType type) {
        this.shape = shape;
        this.batch = batch;
        this.rows = batch * shape.context();
        this.type = type;
    }

    /** Begins to hand out the same arrays to another model. */
    void rewind() {
        next = 0;
    }

    /** [rows, columns]. */
    INDArray rows(int columns) {
        return next(rows, columns);
    }

    /** [batch, heads, context, context]. */
    INDArray scores() {
        return next(batch, shape.heads(), shape.context(), shape.context());
    }

    private INDArray next(long... dimensions) {
        if (next == arrays.size()) {
            arrays.add(Nd4j.createUninitializedDetached(type, dimensions).assign(0));
        }
        INDArray array = arrays.get(next++);
        if (!Arrays.equals(array.shape(), dimensions)) {
            throw new IllegalStateException("Cannot share buffers (asked for in another order): "
                    + Arrays.toString(array.shape()) + " is not " + Arrays.toString(dimensions));
        }
        return array;
    }

    /** Of all its arrays. */
    long bytes() {
        return arrays.stream()
                .mapToLong(array -> array.length() * array.dataType().width())
                .sum();
    }

    @Override
    public void close() {
        arrays.forEach(INDArray::close);
    }
}
