package io.isoloss.analysis.outlook;

import io.isoloss.analysis.fit.Estimate;

/**
 * What doubling one thing takes from the loss.
 *
 * @param nats a token
 * @param share of the reducible loss at hand; open where the floor is not identified
 * @param pays how far on such a doubling brings the least gain, with the rest as it is; null for compute, and where the
 *     gain is asked for as a share and the floor is not identified
 */
public record Doubling(Estimate nats, Estimate share, Reach pays) {}
