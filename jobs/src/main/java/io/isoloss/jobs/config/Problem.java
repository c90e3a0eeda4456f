package io.isoloss.jobs.config;

/**
 * One thing wrong in a configuration.
 *
 * @param file as the user named it
 * @param line from 1
 * @param column from 1
 */
public record Problem(String file, int line, int column, String message) {

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
