package io.isoloss.jobs.model;

import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.buffer.DataType;

class Nd4jOperationsTest {

    @Nested
    class InFloats extends OperationsContract {
        @Override
        Operations operations() {
            return new Nd4jOperations();
        }

        @Override
        DataType type() {
            return DataType.FLOAT;
        }
    }

    @Nested
    class InDoubles extends OperationsContract {
        @Override
        Operations operations() {
            return new Nd4jOperations();
        }

        @Override
        DataType type() {
            return DataType.DOUBLE;
        }
    }
}
