package io.isoloss.jobs.store;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = S3.ENDPOINT, matches = ".+")
class S3ClaimsTest extends ClaimsContract {
    private final String folder = S3.folder();

    @Override
    String root() {
        return folder;
    }

    @Override
    void touch(String file, long millis) {
        Assumptions.abort("S3 lets nobody set the time of a file");
    }
}
