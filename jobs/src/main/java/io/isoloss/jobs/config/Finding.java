package io.isoloss.jobs.config;

/**
 * A problem before it is given its place in the file.
 *
 * @param pointer JSON pointer to the culprit
 * @param atKey whether the key is the culprit, rather than its value
 */
record Finding(String pointer, boolean atKey, String message) {

    static Finding atKey(String pointer, String message) {
        return new Finding(pointer, true, message);
    }

    static Finding atValue(String pointer, String message) {
        return new Finding(pointer, false, message);
    }
}
