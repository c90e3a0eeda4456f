package io.isoloss.jobs.sweep;

import java.io.Serializable;
import java.util.List;

/** Which sizes meet how much data. */
public sealed interface Design extends Serializable permits IsoFlop, Grid {

    /** One for each size and amount of data, before shapes and steps are known. */
    List<DesignPoint> points();
}
