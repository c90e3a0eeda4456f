package io.isoloss.analysis.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes {@link Reports} as one HTML page with its charts, styles, scripts and data inside. The page asks no network
 * for anything, and its content security policy lets nothing but its own two scripts run. The same report gives the
 * same bytes.
 */
public final class HtmlReport {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    private HtmlReport() {}

    /** As {@link #write(Reports, Path)}, of one group. */
    public static void write(Report report, Path file) throws IOException {
        write(new Reports(report), file);
    }

    /** As {@link #write(Reports, Appendable)}, of one group. */
    public static void write(Report report, Appendable out) throws IOException {
        write(new Reports(report), out);
    }

    /** Writes the page to {@code file}: whole or not at all. */
    public static void write(Reports reports, Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path hidden = absolute.resolveSibling("." + absolute.getFileName() + ".part");
        try {
            Files.writeString(hidden, page(reports));
            Files.move(hidden, absolute, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    /** Appends the page to {@code out}. */
    public static void write(Reports reports, Appendable out) throws IOException {
        out.append(page(reports));
    }

    private static String page(Reports reports) throws IOException {
        String charts = echarts();
        String script = resource("report.js");
        Page page = Page.of(reports);
        Map<String, String> parts = Map.of(
                "title", HtmlTable.escape(page.title()),
                "policy", "script-src " + hash(charts) + " " + hash(script),
                "style", resource("report.css"),
                "nav", page.nav(),
                "sections", page.sections(),
                "data", inert(JSON.writeValueAsString(page.data())),
                "echarts", charts,
                "script", script);
        return PLACEHOLDER
                .matcher(resource("report.html"))
                .replaceAll(found -> Matcher.quoteReplacement(parts.get(found.group(1))));
    }

    /** JSON that cannot leave its script element: a less-than sign stands only inside strings, where it is escaped. */
    static String inert(String json) {
        return json.replace("<", "\\u003c");
    }

    /** The script of the WebJar, of whichever version the build brings. */
    private static String echarts() throws IOException {
        Properties webJar = new Properties();
        webJar.load(new StringReader(text("/META-INF/maven/org.webjars/echarts/pom.properties")));
        return text("/META-INF/resources/webjars/echarts/" + webJar.getProperty("version") + "/echarts.min.js");
    }

    private static String resource(String name) throws IOException {
        return text("/io/isoloss/analysis/report/" + name);
    }

    private static String text(String path) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("Cannot find " + path + " on the class path");
            }
            // A browser hashes scripts with line feeds alone.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }

    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
