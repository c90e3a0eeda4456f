package io.isoloss.jobs.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.servlet.Filter;
import javax.servlet.FilterChain;
import javax.servlet.FilterConfig;
import javax.servlet.ServletException;
import javax.servlet.ServletRequest;
import javax.servlet.ServletResponse;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletRequestWrapper;
import javax.servlet.http.HttpServletResponse;

/**
 * Lets in only those who know a secret, by HTTP basic authentication under any user name: for {@code spark.ui.filters}. The
 * secret is that of {@link Secret#PAGES}; where there is none, nobody comes in. Whoever does is the user {@value #USER}, for
 * Spark's access lists. What it guards travels in the clear unless the pages are behind TLS.
 */
public final class PageGuard implements Filter {
    static final String USER = "isoloss";

    private static final String SCHEME = "Basic ";

    private Secret secret; // null where there is none

    @Override
    public void init(FilterConfig config) {
        secret = Secret.named(Secret.PAGES, System::getenv).orElse(null);
    }

    static PageGuard with(Secret secret) {
        PageGuard guard = new PageGuard();
        guard.secret = secret;
        return guard;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain next)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        if (knows(http.getHeader("Authorization"))) {
            next.doFilter(
                    new HttpServletRequestWrapper(http) {
                        @Override
                        public String getRemoteUser() {
                            return USER;
                        }
                    },
                    response);
        } else {
            HttpServletResponse refusal = (HttpServletResponse) response;
            refusal.setHeader("WWW-Authenticate", "Basic realm=\"isoloss\", charset=\"UTF-8\"");
            refusal.sendError(HttpServletResponse.SC_UNAUTHORIZED);
        }
    }

    boolean knows(String authorization) {
        if (secret == null || authorization == null || !authorization.startsWith(SCHEME)) {
            return false;
        }
        try {
            byte[] pair = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            String text = new String(pair, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon >= 0 && secret.matches(text.substring(colon + 1));
        } catch (IllegalArgumentException e) { // not Base64
            return false;
        }
    }

    @Override
    public void destroy() {}
}
