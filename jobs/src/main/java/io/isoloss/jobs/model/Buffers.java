package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Allocates what the operation lists of one shape and batch work on, and frees it. Rows are batch × context. */
final class Buffers implements AutoCloseable {
    final TransformerShape shape;
    final int batch;
    final int rows;
    private final DataType type;
    private final List<INDArray> owned = new ArrayList<>();

    Buffers(TransformerShape shape, int batch, DataType type) {
        this.shape = shape;
        this.batch = batch;
        this.rows = batch * shape.context();
        this.type = type;
    }

    /** [rows, columns] of zeros. */
    INDArray rows(int columns) {
        return filled(0, rows, columns);
    }

    /** [batch, heads, context, columns] of zeros. */
    INDArray perHead(int columns) {
        return filled(0, batch, shape.heads(), shape.context(), columns);
    }

    /** An array of one value. */
    INDArray filled(double value, long... dimensions) {
        INDArray array = Nd4j.createUninitializedDetached(type, dimensions);
        array.assign(value);
        owned.add(array);
        return array;
    }

    /** [rows] token ids. */
    INDArray ids() {
        INDArray array = Nd4j.createFromArray(new int[rows]);
        owned.add(array);
        return array;
    }

    /** Part {@code which} of rows that hold several widths side by side, as [batch, heads, context, head width]: a view. */
    INDArray heads(INDArray packed, int which) {
        long parts = packed.size(1) / shape.width();
        return packed.reshape('c', batch, shape.context(), parts, shape.heads(), shape.headWidth())
                .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(which))
                .permute(0, 2, 1, 3);
    }

    /** Of all its arrays. */
    long bytes() {
        return owned.stream()
                .mapToLong(array -> array.length() * array.dataType().width())
                .sum();
    }

    @Override
    public void close() {
        owned.forEach(INDArray::close);
    }
}
