package io.isoloss.analysis.budget;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The numbers that a device multiplies; 32-bit accumulation where the device offers a choice. */
public enum Dtype {
    FP32,
    TF32,
    BF16,
    FP16,
    FP8,
    INT8;

    /** As papers write it: {@code bf16}. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
