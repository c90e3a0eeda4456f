import com.adobe.testing.s3mock.S3MockApplication;
import jakarta.servlet.Filter;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.annotation.Bean;

/**
 * Adobe's S3Mock, answering one request at a time: left alone it lets several create one object that ask at once, which S3 does
 * not. Run by docs/benchmarks/s3.sh, from its source.
 */
public class S3OneAtATime {
    @Bean
    Filter oneAtATime() {
        ReentrantLock one = new ReentrantLock();
        return (request, response, next) -> {
            one.lock();
            try {
                next.doFilter(request, response);
            } finally {
                one.unlock();
            }
        };
    }

    public static void main(String[] arguments) {
        System.setProperty("spring.main.sources", S3OneAtATime.class.getName());
        S3MockApplication.main(arguments);
    }
}
