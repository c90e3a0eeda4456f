package io.isoloss.analysis.runs;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** A file that was read whole, for Parquet. */
final class BytesFile implements InputFile {
    private final byte[] bytes;

    BytesFile(byte[] bytes) {
        this.bytes = bytes;
    }

    /** All bytes of a file. */
    static byte[] read(InputFile file) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(file.getLength())];
        try (SeekableInputStream in = file.newStream()) {
            in.readFully(bytes);
        }
        return bytes;
    }

    @Override
    public long getLength() {
        return bytes.length;
    }

    @Override
    public SeekableInputStream newStream() {
        return new Stream(new Bytes(bytes));
    }

    private static final class Bytes extends ByteArrayInputStream {
        Bytes(byte[] bytes) {
            super(bytes);
        }

        int position() {
            return pos;
        }

        void moveTo(int position) {
            pos = position;
        }
    }

    private static final class Stream extends DelegatingSeekableInputStream {
        private final Bytes in;

        Stream(Bytes in) {
            super(in);
            this.in = in;
        }

        @Override
        public long getPos() {
            return in.position();
        }

        @Override
        public void seek(long position) throws IOException {
            if (position < 0 || position > in.position() + (long) in.available()) {
                throw new EOFException("no byte " + position);
            }
            in.moveTo((int) position);
        }
    }
}
