package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * ND4J's own operations, for any backend and type. Each is made once with its arrays, so that a run costs a few
 * microseconds an operation beyond the arithmetic.
 */
final class Nd4jOperations implements Operations {
    /** Far below any score, so that the softmax of a masked one is exactly zero. */
    private static final double MASKED = -1e9;

    /** A float32 softmax cannot tell less from zero; it keeps the loss of a surprised position finite, at 103 nats. */
    private static final double LEAST_PROBABILITY = Float.MIN_VALUE;

    private final OpExecutioner executioner = Nd4j.getExecutioner();
    private final List<Runnable> operations = new ArrayList<>();
    private final List<OpContext> contexts = new ArrayList<>();
    private final List<INDArray> scratch = new ArrayList<>();

    @Override
    public void run() {
        for (Runnable operation : operations) {
            operation.run();
        }
    }

    @Override
    public void product(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, boolean add) {
        matmul(a, transposeA, b, transposeB, out, 1, add ? 1 : 0);
    }

    @Override
    public void embed(int[] ids, INDArray tokens, INDArray positions, INDArray x) {
        INDArray indices = owned(Nd4j.createFromArray(ids));
        long context = positions.size(0);
        long width = positions.size(1);
        INDArray sequences = x.reshape('c', ids.length / context, context, width);
        operations.add(() -> copy(ids, indices));
        custom("gather", new INDArray[] {tokens, indices}, x, new double[0], 0);
        custom("add", new INDArray[] {sequences, positions.reshape('c', 1, context, width)}, sequences, new double[0]);
    }

    /** Scatters by a product with one-hot rows, several times faster than the native scatter. */
    @Override
    public void embedBackward(int[] ids, INDArray dx, INDArray dTokens, INDArray dPositions) {
        INDArray oneHot = filled(dx.dataType(), 0, ids.length, dTokens.size(0));
        long length = dPositions.length();
        long batch = dx.length() / length;
        operations.add(() -> oneHot(ids, oneHot));
        matmul(oneHot, true, dx, false, dTokens, 1, 0);
        matmul(
                filled(dx.dataType(), 1, 1, batch),
                false,
                dx.reshape('c', batch, length),
                false,
                dPositions.reshape('c', 1, length),
                1,
                0);
    }

    /** Row sums go through gemm, the fastest reduction here. */
    @Override
    public void normalise(INDArray x, INDArray n, INDArray r) {
        long width = x.size(1);
        INDArray ones = filled(x.dataType(), 1, width, 1);
        multiply(x, x, n);
        matmul(n, false, ones, false, r, 1.0 / width, 0);
        Op add = new ScalarAdd(r, null, r, NORM_EPSILON);
        Op root = new RSqrt(r, r);
        operations.add(() -> executioner.exec(add));
        operations.add(() -> executioner.exec(root));
        multiply(x, r, n);
    }

    @Override
    public void normaliseBackward(INDArray dn, INDArray n, INDArray r, INDArray dx, boolean add) {
        long width = n.size(1);
        INDArray ones = filled(n.dataType(), 1, width, 1);
        INDArray means = filled(n.dataType(), 0, r.shape());
        INDArray part = filled(n.dataType(), 0, n.shape());
        multiply(dn, n, part);
        matmul(part, false, ones, false, means, 1.0 / width, 0);
        multiply(n, means, part);
        subtract(dn, part, part);
        if (add) {
            multiply(part, r, part);
            custom("add", new INDArray[] {dx, part}, dx, new double[0]);
        } else {
            multiply(part, r, dx);
        }
    }

    @Override
    public void attend(INDArray qkv, INDArray p, INDArray mixed) {
        INDArray mask = causalMask(p);
        matmul(heads(qkv, 0, 3, p), false, heads(qkv, 1, 3, p), true, p, scale(p, mixed), 0);
        custom("add", new INDArray[] {p, mask}, p, new double[0]);
        softmax(p);
        matmul(p, false, heads(qkv, 2, 3, p), false, heads(mixed, 0, 1, p), 1, 0);
    }

    /** dS = p · (dS − Σ p · dS) over keys: the native softmax_bp is no faster. */
    @Override
    public void attendBackward(INDArray qkv, INDArray p, INDArray mixed, INDArray dMixed, INDArray dqkv) {
        long context = p.size(3);
        INDArray ds = filled(p.dataType(), 0, p.shape());
        INDArray weighted = filled(p.dataType(), 0, p.shape());
        INDArray sums = filled(p.dataType(), 0, p.size(0), p.size(1), context, 1);
        INDArray ones = filled(p.dataType(), 1, context, 1);
        INDArray dOut = heads(dMixed, 0, 1, p);
        matmul(p, true, dOut, false, heads(dqkv, 2, 3, p), 1, 0);
        matmul(dOut, false, heads(qkv, 2, 3, p), true, ds, 1, 0);
        multiply(p, ds, weighted);
        matmul(weighted.reshape('c', -1, context), false, ones, false, sums.reshape('c', -1, 1), 1, 0);
        subtract(ds, sums, ds);
        multiply(p, ds, ds);
        matmul(ds, false, heads(qkv, 1, 3, p), false, heads(dqkv, 0, 3, p), scale(p, mixed), 0);
        matmul(ds, true, heads(qkv, 0, 3, p), false, heads(dqkv, 1, 3, p), scale(p, mixed), 0);
    }

    @Override
    public void recur(Recurrence arrays) {
        operations.add(new DoubleRecurrence(arrays)::forward);
    }

    @Override
    public void recurBackward(Recurrence arrays, INDArray dHidden, INDArray dGates, INDArray dBias) {
        DoubleRecurrence recurrence = new DoubleRecurrence(arrays);
        operations.add(() -> recurrence.backward(dHidden, dGates, dBias));
    }

    @Override
    public void rectify(INDArray x) {
        custom("relu", new INDArray[] {x}, x, new double[] {0.0});
    }

    @Override
    public void rectifyBackward(INDArray x, INDArray dx) {
        INDArray slope = filled(x.dataType(), 0, x.shape());
        Op sign = new Sign(x, slope); // x is rectified
        operations.add(() -> executioner.exec(sign));
        multiply(dx, slope, dx);
    }

    @Override
    public void largest(INDArray x, int[] columns) {
        operations.add(() -> {
            try (INDArray best = x.argMax(1)) {
                System.arraycopy(best.toIntVector(), 0, columns, 0, columns.length);
            }
        });
    }

    @Override
    public void crossEntropy(INDArray logits, int[] targets, double[] losses, boolean gradient) {
        long rows = logits.size(0);
        long vocabulary = logits.size(1);
        softmax(logits.reshape('c', 1, rows, vocabulary)); // the rank-2 kernel is five times slower
        operations.add(() -> {
            for (int row = 0; row < rows; row++) {
                double probability = logits.data().getDouble(logits.offset() + row * vocabulary + targets[row]);
                losses[row] = -Math.log(Math.max(probability, LEAST_PROBABILITY));
            }
        });
        if (gradient) {
            INDArray oneHot = filled(logits.dataType(), 0, rows, vocabulary);
            operations.add(() -> oneHot(targets, oneHot));
            subtract(logits, oneHot, logits);
        }
    }

    @Override
    public void norm(INDArray x, double[] norm) {
        operations.add(() -> norm[0] = x.norm2Number().doubleValue());
    }

    @Override
    public void adamW(INDArray weights, INDArray gradients, INDArray first, INDArray second, Supplier<AdamWStep> step) {
        INDArray update = filled(weights.dataType(), 0, weights.shape());
        OpContext context = context(new INDArray[] {gradients, second, first});
        context.setOutputArrays(update, second, first);
        CustomOp adam = DynamicCustomOp.builder("adam_updater").build();
        operations.add(() -> {
            AdamWStep s = step.get();
            gradients.muli(s.gradientScale());
            context.setTArguments(s.learningRate(), s.beta1(), s.beta2(), s.epsilon());
            context.setIArguments(s.number());
            executioner.exec(adam, context);
            weights.muli(1 - s.learningRate() * s.weightDecay());
            weights.subi(update);
        });
    }

    @Override
    public long bytes() {
        return scratch.stream()
                .mapToLong(array -> array.length() * array.dataType().width())
                .sum();
    }

    @Override
    public void close() {
        operations.clear();
        for (OpContext context : contexts) {
            try {
                context.close();
            } catch (Exception e) {
                throw new IllegalStateException("Cannot release a native operation", e);
            }
        }
        contexts.clear();
        scratch.forEach(INDArray::close);
        scratch.clear();
    }

    /** {@code out = alpha · op(a) · op(b) + beta · out}, over the last two axes. */
    private void matmul(
            INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, double alpha, double beta) {
        custom(
                "matmul",
                new INDArray[] {a, b},
                out,
                new double[] {alpha, beta},
                transposeA ? 1 : 0,
                transposeB ? 1 : 0,
                0);
    }

    /** {@code out = a · b} elementwise; a size of one in {@code b} is broadcast. */
    private void multiply(INDArray a, INDArray b, INDArray out) {
        custom("multiply", new INDArray[] {a, b}, out, new double[0]);
    }

    private void subtract(INDArray a, INDArray b, INDArray out) {
        custom("subtract", new INDArray[] {a, b}, out, new double[0]);
    }

    private void softmax(INDArray x) {
        custom("softmax", new INDArray[] {x}, x, new double[0], x.rank() - 1);
    }

    private void custom(String name, INDArray[] in, INDArray out, double[] reals, long... integers) {
        OpContext context = context(in);
        context.setOutputArrays(out);
        context.setTArguments(reals);
        context.setIArguments(integers);
        CustomOp op = DynamicCustomOp.builder(name).build();
        operations.add(() -> executioner.exec(op, context));
    }

    private OpContext context(INDArray... in) {
        OpContext context = executioner.buildContext();
        context.setInputArrays(in);
        contexts.add(context);
        return context;
    }

    /** Part {@code which} of rows that hold several widths side by side, as [batch, heads, context, head width]: a view. */
    private static INDArray heads(INDArray packed, int which, int parts, INDArray p) {
        long batch = p.size(0);
        long heads = p.size(1);
        long context = p.size(2);
        long headWidth = packed.size(1) / parts / heads;
        return packed.reshape('c', batch, context, parts, heads, headWidth)
                .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(which))
                .permute(0, 2, 1, 3);
    }

    private static double scale(INDArray p, INDArray mixed) {
        return 1 / Math.sqrt((double) mixed.size(1) / p.size(1));
    }

    private INDArray causalMask(INDArray p) {
        long context = p.size(3);
        INDArray scores = filled(p.dataType(), 0, context, context);
        for (long query = 0; query < context; query++) {
            for (long key = query + 1; key < context; key++) {
                scores.putScalar(query, key, MASKED);
            }
        }
        return scores;
    }

    private static void copy(int[] ids, INDArray indices) {
        for (int row = 0; row < ids.length; row++) {
            indices.data().put(row, ids[row]);
        }
    }

    private static void oneHot(int[] ids, INDArray matrix) {
        long columns = matrix.size(1);
        matrix.assign(0);
        for (int row = 0; row < ids.length; row++) {
            matrix.data().put(row * columns + ids[row], 1.0);
        }
    }

    private INDArray filled(DataType type, double value, long... dimensions) {
        return owned(Nd4j.createUninitializedDetached(type, dimensions).assign(value));
    }

    private INDArray owned(INDArray array) {
        scratch.add(array);
        return array;
    }
}
