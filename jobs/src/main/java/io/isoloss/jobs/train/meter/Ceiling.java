package io.isoloss.jobs.train.meter;

import io.isoloss.jobs.train.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The most that a device was seen to do: the fastest of several float32 products of two 1024 × 1024 matrices, by the
 * operation that training uses. Measured once in a process for each device. The fastest, not the median: neighbours on
 * the machine slow a product down and nothing speeds it up. On the processor by CPU time, in which other threads have no
 * part.
 *
 * @param flopsPerSecond 2 · 1024³ over the seconds of the fastest product
 */
public record Ceiling(double flopsPerSecond) {
    private static final int SIZE = 1024;
    private static final int FEWEST = 5;
    private static final int MOST = 1000;
    private static final double SECONDS = 0.3;
    private static final double NANO = 1e-9;

    private static final Map<Device, Ceiling> MEASURED = new ConcurrentHashMap<>();

    public Ceiling {
        if (!(flopsPerSecond > 0 && Double.isFinite(flopsPerSecond))) {
            throw new IllegalArgumentException("Invalid ceiling (want FLOP/s above 0): " + flopsPerSecond);
        }
    }

    /** Of the device that this thread computes on; the first call takes about half a second. */
    public static Ceiling of(Device device) {
        return MEASURED.computeIfAbsent(device, unmeasured -> measure(unmeasured, SECONDS));
    }

    static Ceiling measure(Device device, double seconds) {
        LongSupplier clock = device instanceof Device.Cpu ? ThreadClock.orWall() : System::nanoTime;
        try (INDArray a = matrix(0.5);
                INDArray b = matrix(2);
                INDArray out = matrix(0)) {
            OpContext context = Nd4j.getExecutioner().buildContext();
            context.setInputArrays(a, b);
            context.setOutputArrays(out);
            context.setTArguments(1, 0); // out = 1 · a · b + 0 · out
            context.setIArguments(0, 0, 0); // nothing transposed
            CustomOp product = DynamicCustomOp.builder("matmul").build();
            double fastest = Double.POSITIVE_INFINITY;
            double total = 0;
            for (int count = 0; count < FEWEST || (total < seconds && count < MOST); count++) {
                long start = clock.getAsLong();
                Nd4j.getExecutioner().exec(product, context);
                Nd4j.getExecutioner().commit(); // a GPU computes on after exec
                double taken = (clock.getAsLong() - start) * NANO;
                fastest = Math.min(fastest, taken);
                total += taken;
            }
            context.purge();
            return new Ceiling(2.0 * SIZE * SIZE * SIZE / fastest);
        }
    }

    private static INDArray matrix(double value) {
        return Nd4j.createUninitializedDetached(DataType.FLOAT, SIZE, SIZE).assign(value);
    }
}
