package io.isoloss.jobs.corpus;

import java.io.Serializable;
import java.util.Arrays;

/** An immutable sequence of token ids below 65536, two bytes each. */
public final class Tokens implements Serializable {

    /** Java's one unsigned 16-bit type. */
    private final char[] ids;

    private Tokens(char[] ids) {
        this.ids = ids;
    }

    /** Takes the array over: the caller keeps no hold of it. */
    static Tokens owning(char[] ids) {
        return new Tokens(ids);
    }

    public static Tokens of(int... ids) {
        var copy = new char[ids.length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] > Character.MAX_VALUE) {
                throw new IllegalArgumentException("Invalid token id (want 0 to 65535): " + ids[i]);
            }
            copy[i] = (char) ids[i];
        }
        return new Tokens(copy);
    }

    public int size() {
        return ids.length;
    }

    public int at(int index) {
        return ids[index];
    }

    void copy(int from, int length, int[] into, int at) {
        for (int i = 0; i < length; i++) {
            into[at + i] = ids[from + i];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return ids.length + " tokens";
    }
}
