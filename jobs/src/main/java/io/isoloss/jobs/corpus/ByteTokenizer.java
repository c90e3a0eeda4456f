package io.isoloss.jobs.corpus;

/** One token a byte; byte 0, which no text holds, ends a document. */
public final class ByteTokenizer implements Tokenizer {

    @Override
    public String id() {
        return "bytes-1";
    }

    @Override
    public int vocabulary() {
        return 256;
    }

    @Override
    public int separator() {
        return 0;
    }

    @Override
    public char[] encode(byte[] document) {
        var ids = new char[document.length];
        for (int i = 0; i < document.length; i++) {
            ids[i] = (char) (document[i] & 0xff);
        }
        return ids;
    }
}
