/** Everything that trains, and the command line. May use {@code io.isoloss.analysis}, never the reverse. */
package io.isoloss.jobs;
