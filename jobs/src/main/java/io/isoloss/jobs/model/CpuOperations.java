package io.isoloss.jobs.model;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Single precision on one thread of a processor: {@link Gemm} for products, {@link CpuKernels} for all else. */
final class CpuOperations implements Operations {
    static final boolean AVAILABLE =
            Gemm.FASTEST != null && Nd4j.getEnvironment().isCPU();

    /** Queries whose scores are computed at once: keys that none of them sees are left out. */
    static final int QUERIES = 64;

    private final Gemm gemm;
    private final CpuKernels kernels = new CpuKernels();
    private final List<Runnable> operations = new ArrayList<>();
    private final List<INDArray> held = new ArrayList<>(); // their memory must outlive the pointers into it

    private final List<FloatPointer> owned = new ArrayList<>();

    CpuOperations() {
        this(Gemm.FASTEST);
    }

    CpuOperations(Gemm gemm) {
        this.gemm = gemm;
    }

    @Override
    public void run() {
        for (Runnable operation : operations) {
            operation.run();
        }
    }

    @Override
    public void product(INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, boolean add) {
        int m = size(out, 0);
        int n = size(out, 1);
        int k = size(a, transposeA ? 0 : 1);
        FloatPointer pa = pointer(a);
        FloatPointer pb = pointer(b);
        FloatPointer pout = pointer(out);
        int lda = size(a, 1);
        int ldb = size(b, 1);
        float beta = add ? 1 : 0;
        operations.add(() -> gemm.multiply(transposeA, transposeB, m, n, k, 1, pa, lda, pb, ldb, beta, pout, n));
    }

    @Override
    public void embed(int[] ids, INDArray tokens, INDArray positions, INDArray x) {
        FloatBuffer t = floats(tokens);
        FloatBuffer p = floats(positions);
        FloatBuffer out = floats(x);
        int context = size(positions, 0);
        int width = size(tokens, 1);
        operations.add(() -> kernels.embed(ids, t, p, out, context, width));
    }

    @Override
    public void embedBackward(int[] ids, INDArray dx, INDArray dTokens, INDArray dPositions) {
        FloatBuffer in = floats(dx);
        FloatBuffer t = floats(dTokens);
        FloatBuffer p = floats(dPositions);
        int context = size(dPositions, 0);
        int width = size(dTokens, 1);
        operations.add(() -> kernels.embedBackward(ids, in, t, p, context, width));
    }

    @Override
    public void normalise(INDArray x, INDArray n, INDArray r) {
        FloatBuffer in = floats(x);
        FloatBuffer out = floats(n);
        FloatBuffer inverse = floats(r);
        operations.add(() -> kernels.normalise(in, out, inverse, size(x, 0), size(x, 1)));
    }

    @Override
    public void normaliseBackward(INDArray dn, INDArray n, INDArray r, INDArray dx, boolean add) {
        FloatBuffer in = floats(dn);
        FloatBuffer normed = floats(n);
        FloatBuffer inverse = floats(r);
        FloatBuffer out = floats(dx);
        operations.add(() -> kernels.normaliseBackward(in, normed, inverse, out, add, size(dx, 0), size(dx, 1)));
    }

    @Override
    public void attend(INDArray qkv, INDArray p, INDArray mixed) {
        Attention attention = new Attention(qkv, p, mixed);
        operations.add(attention::forward);
    }

    @Override
    public void attendBackward(INDArray qkv, INDArray p, INDArray mixed, INDArray dMixed, INDArray dqkv) {
        Attention attention = new Attention(qkv, p, mixed);
        AttentionBackward backward = new AttentionBackward(attention, dMixed, dqkv);
        operations.add(backward::run);
    }

    @Override
    public void recur(Recurrence arrays) {
        operations.add(new CpuRecurrence(this, gemm, arrays)::forward);
    }

    @Override
    public void recurBackward(Recurrence arrays, INDArray dHidden, INDArray dGates, INDArray dBias) {
        CpuRecurrence recurrence = new CpuRecurrence(this, gemm, arrays);
        operations.add(recurrence.new Back(this, dHidden, dGates, dBias)::run);
    }

    @Override
    public void rectify(INDArray x) {
        FloatBuffer inOut = floats(x);
        operations.add(() -> kernels.rectify(inOut, inOut.limit()));
    }

    @Override
    public void rectifyBackward(INDArray x, INDArray dx) {
        FloatBuffer in = floats(x);
        FloatBuffer out = floats(dx);
        operations.add(() -> kernels.rectifyBackward(in, out, out.limit()));
    }

    @Override
    public void largest(INDArray x, int[] columns) {
        FloatBuffer in = floats(x);
        operations.add(() -> kernels.largest(in, columns, size(x, 0), size(x, 1)));
    }

    @Override
    public void crossEntropy(INDArray logits, int[] targets, double[] losses, boolean gradient) {
        FloatBuffer inOut = floats(logits);
        operations.add(() -> kernels.crossEntropy(inOut, targets, losses, gradient, size(logits, 0), size(logits, 1)));
    }

    @Override
    public void norm(INDArray x, double[] norm) {
        FloatBuffer in = floats(x);
        operations.add(() -> norm[0] = kernels.norm(in));
    }

    @Override
    public void adamW(INDArray weights, INDArray gradients, INDArray first, INDArray second, Supplier<AdamWStep> step) {
        FloatBuffer w = floats(weights);
        FloatBuffer g = floats(gradients);
        FloatBuffer m = floats(first);
        FloatBuffer v = floats(second);
        operations.add(() -> kernels.adamW(w, g, m, v, step.get()));
    }

    @Override
    public long bytes() {
        return Float.BYTES * owned.stream().mapToLong(FloatPointer::capacity).sum();
    }

    @Override
    public void close() {
        operations.clear();
        held.clear();
        owned.forEach(FloatPointer::close);
        owned.clear();
    }

    private static int size(INDArray array, int axis) {
        return Math.toIntExact(array.size(axis));
    }

    FloatPointer pointer(INDArray array) {
        if (array.dataType() != DataType.FLOAT || !isContiguous(array)) {
            throw new IllegalArgumentException(
                    "Invalid array (want contiguous c-ordered floats): " + array.shapeInfoToString());
        }
        held.add(array);
        return new FloatPointer(array.data().addressPointer());
    }

    private static boolean isContiguous(INDArray array) {
        long stride = 1;
        for (int axis = array.rank() - 1; axis >= 0; axis--) {
            if (array.size(axis) != 1 && array.stride(axis) != stride) {
                return false;
            }
            stride *= array.size(axis);
        }
        return true;
    }

    FloatPointer scratch(long length) {
        FloatPointer pointer = new FloatPointer(length);
        owned.add(pointer);
        return pointer;
    }

    FloatBuffer floats(INDArray array) {
        if (array.length() > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalArgumentException("Cannot work on an array of " + array.length()
                    + " floats (want at most 2 GiB): lower the batch or the context");
        }
        return pointer(array).capacity(array.length()).asBuffer();
    }

    /** Walks over sequences, heads and blocks of queries. */
    private final class Attention {
        final FloatPointer q; // into qkv, as k and v
        final FloatPointer k;
        final FloatPointer v;
        final FloatPointer s; // into p
        final FloatPointer out; // into mixed
        final FloatBuffer pFloats;
        final FloatBuffer mixedFloats;
        final int batch;
        final int heads;
        final int context;
        final int width;
        final int headWidth;
        final float scale;

        Attention(INDArray qkv, INDArray p, INDArray mixed) {
            this.q = pointer(qkv);
            this.k = pointer(qkv);
            this.v = pointer(qkv);
            this.s = pointer(p);
            this.out = pointer(mixed);
            this.pFloats = floats(p);
            this.mixedFloats = floats(mixed);
            this.batch = size(p, 0);
            this.heads = size(p, 1);
            this.context = size(p, 2);
            this.width = size(mixed, 1);
            this.headWidth = width / heads;
            this.scale = (float) (1 / Math.sqrt(headWidth));
        }

        /** Where a head's queries (part 0), keys (1) or values (2) start in {@code qkv}, from a position on. */
        long packed(int sequence, int head, int part, int position) {
            return ((long) sequence * context + position) * 3 * width + (long) part * width + (long) head * headWidth;
        }

        long scores(int sequence, int head, int query) {
            return (((long) sequence * heads + head) * context + query) * context;
        }

        long mixed(int sequence, int head, int position) {
            return ((long) sequence * context + position) * width + (long) head * headWidth;
        }

        void forward() {
            for (int sequence = 0; sequence < batch; sequence++) {
                for (int head = 0; head < heads; head++) {
                    k.position(packed(sequence, head, 1, 0));
                    v.position(packed(sequence, head, 2, 0));
                    for (int first = 0; first < context; first += QUERIES) {
                        int queries = Math.min(QUERIES, context - first);
                        int keys = first + queries;
                        q.position(packed(sequence, head, 0, first));
                        long at = scores(sequence, head, first);
                        s.position(at);
                        out.position(mixed(sequence, head, first));
                        gemm.multiply(
                                false, true, queries, keys, headWidth, scale, q, 3 * width, k, 3 * width, 0, s,
                                context);
                        kernels.causalSoftmax(pFloats, Math.toIntExact(at), first, queries, keys, context);
                        gemm.multiply(
                                false, false, queries, headWidth, keys, 1, s, context, v, 3 * width, 0, out, width);
                    }
                }
            }
        }
    }

    private final class AttentionBackward {
        final Attention forward;
        final FloatPointer dOut; // into dMixed
        final FloatPointer dq; // into dqkv, as dk and dv
        final FloatPointer dk;
        final FloatPointer dv;
        final FloatBuffer dMixedFloats;
        final FloatPointer ds;
        final FloatBuffer dsFloats;
        final float[] sums;

        AttentionBackward(Attention forward, INDArray dMixed, INDArray dqkv) {
            this.forward = forward;
            this.dOut = pointer(dMixed);
            this.dq = pointer(dqkv);
            this.dk = pointer(dqkv);
            this.dv = pointer(dqkv);
            this.dMixedFloats = floats(dMixed);
            this.ds = scratch((long) Math.min(QUERIES, forward.context) * forward.context);
            this.dsFloats = ds.asBuffer();
            this.sums = new float[forward.heads * forward.context];
        }

        /** Blocks from the last to the first: the last sees all keys, so it overwrites and the others add. */
        void run() {
            Attention f = forward;
            int context = f.context;
            int headWidth = f.headWidth;
            int stride = 3 * f.width;
            FloatPointer q = f.q;
            FloatPointer k = f.k;
            FloatPointer v = f.v;
            FloatPointer p = f.s;
            for (int sequence = 0; sequence < f.batch; sequence++) {
                int start = Math.toIntExact(f.mixed(sequence, 0, 0));
                kernels.headDots(f.mixedFloats, dMixedFloats, start, f.heads, headWidth, context, sums);
                for (int head = 0; head < f.heads; head++) {
                    k.position(f.packed(sequence, head, 1, 0));
                    v.position(f.packed(sequence, head, 2, 0));
                    dk.position(f.packed(sequence, head, 1, 0));
                    dv.position(f.packed(sequence, head, 2, 0));
                    for (int first = (context - 1) / QUERIES * QUERIES; first >= 0; first -= QUERIES) {
                        int queries = Math.min(QUERIES, context - first);
                        int keys = first + queries;
                        float beta = keys == context ? 0 : 1;
                        q.position(f.packed(sequence, head, 0, first));
                        dq.position(f.packed(sequence, head, 0, first));
                        long at = f.scores(sequence, head, first);
                        p.position(at);
                        dOut.position(f.mixed(sequence, head, first));
                        gemm.multiply(
                                true, false, keys, headWidth, queries, 1, p, context, dOut, f.width, beta, dv, stride);
                        gemm.multiply(
                                false, true, queries, keys, headWidth, 1, dOut, f.width, v, stride, 0, ds, context);
                        kernels.causalSoftmaxBackward(
                                f.pFloats,
                                Math.toIntExact(at),
                                dsFloats,
                                sums,
                                head * context + first,
                                queries,
                                keys,
                                context);
                        gemm.multiply(
                                false, false, queries, headWidth, keys, f.scale, ds, context, k, stride, 0, dq, stride);
                        gemm.multiply(
                                true, false, keys, headWidth, queries, f.scale, ds, context, q, stride, beta, dk,
                                stride);
                    }
                }
            }
        }
    }
}
