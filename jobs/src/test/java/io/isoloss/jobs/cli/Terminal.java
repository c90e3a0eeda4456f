package io.isoloss.jobs.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A command as the person at the terminal sees it, run in this process.
 *
 * @param code exit code
 */
record Terminal(int code, String out, String err) {

    static Terminal run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Isoloss.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int code = line.execute(words);
        return new Terminal(code, out.toString(), err.toString());
    }
}
