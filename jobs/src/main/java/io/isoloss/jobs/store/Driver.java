package io.isoloss.jobs.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/**
 * A process that leads a sweep.
 *
 * @param id of this process and no other
 * @param host name for people
 * @param machine equal for two processes that see each other's ids: the boot of a machine and its space of process ids;
 *     null where the system does not tell
 * @param startedMillis of the process, by the clock of its machine: compared there alone
 */
public record Driver(String id, String host, String machine, long pid, long startedMillis) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PIDS = Path.of("/proc/self/ns/pid");

    /** This process. */
    static Driver here() {
        ProcessHandle process = ProcessHandle.current();
        return new Driver(
                UUID.randomUUID().toString(), hostName(), thisMachine(), process.pid(), startedMillis(process));
    }

    /** Whether it was a process of this machine and is no more. False where that can't be told from here. */
    boolean isDeadHere() {
        return machine != null
                && machine.equals(thisMachine())
                && ProcessHandle.of(pid)
                        .filter(ProcessHandle::isAlive)
                        .filter(process -> startedMillis(process) == startedMillis)
                        .isEmpty();
    }

    private static long startedMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String thisMachine() {
        try {
            return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(PIDS);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
