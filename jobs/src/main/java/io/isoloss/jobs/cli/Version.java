package io.isoloss.jobs.cli;

import picocli.CommandLine.IVersionProvider;

/** Version and commit of this build, as the launcher tells them. */
final class Version implements IVersionProvider {

    static String code() {
        return System.getProperty("isoloss.version", "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"isoloss " + code()};
    }
}
