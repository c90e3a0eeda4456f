/** Which learning rate runs ask for, and what a better one would change. Uses {@code runs}, {@code fit} and {@code frontier}. */
package io.isoloss.analysis.tuning;
