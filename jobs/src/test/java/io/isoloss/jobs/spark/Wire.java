package io.isoloss.jobs.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A way to a port of this machine on which somebody may change what a client sends after its first words. */
final class Wire implements AutoCloseable {
    /** Past a frame's length and the salt and nonce of its cipher. */
    private static final int INTO_CIPHERTEXT = 68;

    private final ServerSocket here;
    private final int port;
    private final boolean tampered;
    private final List<Socket> sockets = Collections.synchronizedList(new ArrayList<>());

    Wire(int port, boolean tampered) throws IOException {
        this.here = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = port;
        this.tampered = tampered;
        start(this::accept);
    }

    int port() {
        return here.getLocalPort();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = here.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                sockets.addAll(List.of(client, server));
                start(() -> carry(client, server, tampered));
                start(() -> carry(server, client, false));
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** The first frame is the challenge, which is not encrypted: it begins with its length. A byte of the next is changed. */
    private static void carry(Socket from, Socket to, boolean changed) {
        byte[] piece = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long offset = 0;
            long frame = 0;
            for (int bytes = in.read(piece); bytes >= 0; bytes = in.read(piece)) {
                for (int i = 0; i < bytes; i++, offset++) {
                    if (offset < Long.BYTES) {
                        frame = frame << Byte.SIZE | Byte.toUnsignedLong(piece[i]);
                    } else if (changed && offset == frame + INTO_CIPHERTEXT) {
                        piece[i] ^= 1;
                    }
                }
                out.write(piece, 0, bytes);
            }
        } catch (IOException e) {
            // either side went away
        }
    }

    @Override
    public void close() throws IOException {
        here.close();
        for (Socket socket : List.copyOf(sockets)) {
            socket.close();
        }
    }
}
