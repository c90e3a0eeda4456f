package io.isoloss.jobs.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A chain of DL4J layers, stepped layer by layer in one workspace: after the first step nothing is allocated. The head is
 * ours, so that the loss comes position by position and no label is one-hot.
 *
 * <p>Running means and deviations of batch normalisation lie among the weights, where DL4J has them. They are state, not
 * trained: no count includes them, their gradients are zero, and {@link #backward} moves them.
 */
final class LayeredModel implements Model {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final WorkspaceConfiguration CYCLE = WorkspaceConfiguration.builder()
            .initialSize(0)
            .overallocationLimit(0.05)
            .policyAllocation(AllocationPolicy.OVERALLOCATE)
            .policyLearning(LearningPolicy.FIRST_LOOP)
            .policyReset(ResetPolicy.BLOCK_LEFT)
            .policySpill(SpillPolicy.REALLOCATE)
            .build();

    private final LayeredShape shape;
    private final INDArray weights;
    private final INDArray gradients; // null for evaluation only
    private final List<INDArray> owned;
    private final int batch;
    private final List<Step> body = new ArrayList<>();
    private final List<Statistic> statistics = new ArrayList<>();
    private final List<INDArray> decayed = new ArrayList<>();
    private final OutputHead head;
    private final InputPreProcessor beforeHead; // null where the body ends with sequences
    private final INDArray ids; // [batch, context]
    private final List<String> names; // of the workspaces
    private final LayerWorkspaceMgr manager;
    private final LayeredModel scored; // of a scorer, whose weights it is over; null for others
    private MemoryWorkspace open; // between forward and the end of backward
    private long largestScorerBytes;

    private record Step(Layer layer, InputPreProcessor before) {}

    /** A running mean or deviation, and where DL4J leaves what it falls by. */
    private record Statistic(INDArray value, INDArray fall) {}

    private LayeredModel(
            LayeredShape shape,
            int batch,
            INDArray weights,
            INDArray gradients,
            List<INDArray> owned,
            LayeredModel scored) {
        this.shape = shape;
        this.scored = scored;
        this.weights = weights;
        this.gradients = gradients;
        this.owned = owned;
        this.batch = batch;
        this.ids = Nd4j.createUninitializedDetached(DataType.FLOAT, batch, shape.context());
        String name = "isoloss-" + COUNT.incrementAndGet();
        this.names = List.of(name, name + "-forward", name + "-backward");
        this.manager = LayerWorkspaceMgr.builder()
                .defaultWorkspace(name, CYCLE)
                .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, names.get(1), CYCLE)
                .with(ArrayType.RNN_BP_LOOP_WORKING_MEM, names.get(2), CYCLE)
                .build();
        ComputationGraph graph = graph(shape, weights);
        if (gradients != null) {
            graph.setBackpropGradientsViewArray(gradients);
        }
        for (GraphVertex vertex : graph.getVertices()) {
            if (vertex instanceof LayerVertex layer && !layer.getVertexName().equals(LayerChain.HEAD)) {
                add(layer);
            }
        }
        this.beforeHead = ((LayerVertex) graph.getVertex(LayerChain.HEAD)).getLayerPreProcessor();
        this.head = new OutputHead(batch, shape.context(), head(weights), gradients == null ? null : head(gradients));
        decayed.add(head(weights));
    }

    /** With initial weights. */
    static LayeredModel create(LayeredShape shape, int batch, long seed, DataType type) {
        List<INDArray> flat = new ArrayList<>();
        try {
            INDArray weights = initial(shape, seed, type);
            flat.add(weights);
            INDArray gradients = weights.ulike().assign(0);
            flat.add(gradients);
            return new LayeredModel(shape, batch, weights, gradients, List.copyOf(flat), null);
        } catch (RuntimeException | Error e) { // out of memory: what there is must go before another try
            flat.forEach(INDArray::close);
            throw e;
        }
    }

    private static INDArray initial(LayeredShape shape, long seed, DataType type) {
        INDArray weights = Nd4j.createUninitializedDetached(type, numbers(shape));
        InitialWeights.initialise(graph(shape, weights), shape.initialisation(), seed);
        return weights;
    }

    @Override
    public Model beside(long seed) {
        INDArray own = initial(shape, seed, weights.dataType());
        return new LayeredModel(shape, batch, own, gradients, List.of(own), null);
    }

    /** Weights, and the two running statistics of each column where the norm is over batches. */
    private static long numbers(LayeredShape shape) {
        return shape.totalParams() + shape.layers() * shape.normalisation().statistics(shape.width());
    }

    private static ComputationGraph graph(LayeredShape shape, INDArray weights) {
        ComputationGraph graph = new ComputationGraph(LayerChain.of(shape, weights.dataType(), GraphOptimiser.NONE));
        graph.init(weights.reshape('c', 1, weights.length()), false);
        return graph;
    }

    /** The head's matrix, last in the vector: [outputs, width], which DL4J calls [width, outputs] in f order. */
    private INDArray head(INDArray vector) {
        long length = (long) shape.outputs() * shape.width();
        return vector.get(NDArrayIndex.interval(vector.length() - length, vector.length()))
                .reshape('c', shape.outputs(), shape.width());
    }

    private void add(LayerVertex vertex) {
        Layer layer = vertex.getLayer();
        body.add(new Step(layer, vertex.getLayerPreProcessor()));
        org.deeplearning4j.nn.conf.layers.Layer configuration = layer.conf().getLayer();
        if (configuration instanceof EmbeddingSequenceLayer) {
            return;
        }
        for (String key : configuration.initializer().weightKeys(configuration)) {
            if (layer.getParam(key).rank() > 1 && !(configuration instanceof BatchNormalization)) {
                decayed.add(layer.getParam(key));
            }
        }
        if (gradients != null && configuration instanceof BatchNormalization) {
            var falls =
                    configuration.initializer().getGradientsFromFlattened(layer.conf(), layer.getGradientsViewArray());
            for (String key : List.of("mean", "log10stdev")) {
                statistics.add(new Statistic(layer.getParam(key), falls.get(key)));
            }
        }
    }

    @Override
    public INDArray weights() {
        return weights;
    }

    @Override
    public INDArray gradients() {
        return gradients;
    }

    @Override
    public List<INDArray> decayed() {
        return List.copyOf(decayed);
    }

    @Override
    public void forward(int[] inputs, int[] targets, double[] losses) {
        leave();
        for (int i = 0; i < ids.length(); i++) {
            ids.data().put(i, inputs[i]);
        }
        open = Nd4j.getWorkspaceManager().getAndActivateWorkspace(CYCLE, names.get(0));
        INDArray x = ids;
        for (Step step : body) {
            INDArray in = step.before == null ? x : step.before.preProcess(x, batch, manager);
            step.layer.setInput(in, manager);
            x = step.layer.activate(gradients != null, manager);
        }
        head.forward(beforeHead == null ? x : beforeHead.preProcess(x, batch, manager), targets, losses);
        if (gradients == null) {
            leave();
        }
    }

    @Override
    public int[] predictions() {
        return head.predictions();
    }

    @Override
    public void backward() {
        INDArray epsilon = head.backward();
        if (beforeHead != null) {
            epsilon = beforeHead.backprop(epsilon, batch, manager);
        }
        for (int i = body.size() - 1; i >= 0; i--) {
            Step step = body.get(i);
            epsilon = step.layer.backpropGradient(epsilon, manager).getSecond();
            if (step.before != null) {
                epsilon = step.before.backprop(epsilon, batch, manager);
            }
        }
        for (Statistic statistic : statistics) {
            statistic.value.subi(statistic.fall);
            statistic.fall.assign(0);
        }
        leave();
    }

    private void leave() {
        if (open != null) {
            body.forEach(step -> step.layer.clear());
            open.close();
            open = null;
        }
    }

    @Override
    public Model scorer(int batch) {
        return new LayeredModel(shape, batch, weights, null, List.of(), this);
    }

    /** What DL4J's own layers lay outside the workspaces is not counted: none for any but batch normalisation. */
    @Override
    public Long peakBytes() {
        long flat = (gradients == null ? 1 : 2)
                * weights.length()
                * weights.dataType().width();
        return shape.normalisation() == Normalisation.BATCH
                ? null
                : (Long) (flat + workingBytes() + largestScorerBytes);
    }

    private long workingBytes() {
        long bytes = head.bytes() + ids.length() * ids.dataType().width();
        for (Step step : body) {
            bytes += step.layer instanceof ListedLayer<?> listed ? listed.bytes() : 0;
        }
        return bytes + workspaces().mapToLong(MemoryWorkspace::getCurrentSize).sum();
    }

    private Stream<MemoryWorkspace> workspaces() {
        MemoryWorkspaceManager all = Nd4j.getWorkspaceManager();
        return names.stream()
                .filter(all::checkIfWorkspaceExists)
                .map(name -> all.getWorkspaceForCurrentThread(CYCLE, name));
    }

    @Override
    public void close() {
        leave();
        if (scored != null) {
            scored.largestScorerBytes = Math.max(scored.largestScorerBytes, workingBytes());
        }
        body.forEach(step -> step.layer.close());
        head.close();
        ids.close();
        workspaces().forEach(Nd4j.getWorkspaceManager()::destroyWorkspace);
        owned.forEach(INDArray::close);
    }
}
