package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
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

/**
 * Native operations over fixed buffers, built once and run many times. Arguments are bound when an operation is added,
 * so a run allocates nothing and costs a few microseconds an operation beyond the arithmetic.
 */
final class OpList implements AutoCloseable {
    private final OpExecutioner executioner = Nd4j.getExecutioner();
    private final List<Runnable> operations = new ArrayList<>();
    private final List<OpContext> contexts = new ArrayList<>();

    void run() {
        for (Runnable operation : operations) {
            operation.run();
        }
    }

    /** {@code out = alpha · op(a) · op(b) + beta · out}, over the last two axes; op transposes where asked. */
    void matmul(
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

    void matmul(INDArray a, INDArray b, INDArray out) {
        matmul(a, false, b, false, out, 1, 0);
    }

    /** {@code out = a · b} elementwise; a size of one in {@code b} is broadcast. */
    void multiply(INDArray a, INDArray b, INDArray out) {
        custom("multiply", new INDArray[] {a, b}, out, new double[0]);
    }

    void add(INDArray a, INDArray b, INDArray out) {
        custom("add", new INDArray[] {a, b}, out, new double[0]);
    }

    void subtract(INDArray a, INDArray b, INDArray out) {
        custom("subtract", new INDArray[] {a, b}, out, new double[0]);
    }

    /** Rows {@code indices} of {@code table}. */
    void gather(INDArray table, INDArray indices, INDArray out) {
        custom("gather", new INDArray[] {table, indices}, out, new double[0], 0);
    }

    /** Softmax over the last axis; rank 3 or 4, since the rank-2 kernel is five times slower. */
    void softmax(INDArray x, INDArray out) {
        custom("softmax", new INDArray[] {x}, out, new double[0], x.rank() - 1);
    }

    void relu(INDArray x, INDArray out) {
        custom("relu", new INDArray[] {x}, out, new double[] {0.0});
    }

    /** {@code out = sign(x)}: of a rectified x the derivative of the rectifier. */
    void sign(INDArray x, INDArray out) {
        Op op = new Sign(x, out);
        operations.add(() -> executioner.exec(op));
    }

    /** {@code x = 1 / sqrt(x + epsilon)}, in place. */
    void inverseSquareRoot(INDArray x, double epsilon) {
        Op add = new ScalarAdd(x, null, x, epsilon);
        Op root = new RSqrt(x, x);
        operations.add(() -> executioner.exec(add));
        operations.add(() -> executioner.exec(root));
    }

    private void custom(String name, INDArray[] in, INDArray out, double[] reals, long... integers) {
        OpContext context = executioner.buildContext();
        context.setInputArrays(in);
        context.setOutputArrays(out);
        context.setTArguments(reals);
        context.setIArguments(integers);
        CustomOp op = DynamicCustomOp.builder(name).build();
        contexts.add(context);
        operations.add(() -> executioner.exec(op, context));
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
    }
}
