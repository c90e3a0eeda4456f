/**
 * Model families: their shapes, and how many parameters and FLOPs each has. May use ND4J; knows neither Spark nor the
 * sweep that asked for a shape.
 */
package io.isoloss.jobs.model;
