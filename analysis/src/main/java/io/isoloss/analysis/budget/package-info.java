/**
 * What a budget buys: from FLOPs, GPU-hours, money, energy or carbon to N, D and loss, under limits and for a traffic. Uses
 * {@code frontier}, {@code fit} and {@code law}.
 */
package io.isoloss.analysis.budget;
