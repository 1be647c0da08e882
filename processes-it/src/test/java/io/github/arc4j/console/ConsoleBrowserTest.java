package io.github.arc4j.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.arc4j.api.v1alpha1.EphemeralRunner;
import io.github.arc4j.api.v1alpha1.EphemeralRunnerStatus;
import io.github.arc4j.api.v1alpha1.Phase;
import io.github.arc4j.controller.console.ConsoleFixture;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The page of the web console in a browser. Required with {@code -Dbrowser=required}. */
class ConsoleBrowserTest {
    private static final String HOSTILE =
            "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>&amp;";

    private static Browser browser;

    private final ConsoleFixture fixture = new ConsoleFixture();
    private URI page;

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Not before the class, because then the build would not list the tests as skipped. */
    @BeforeEach
    void start() throws IOException {
        if (browser == null) {
            browser = Browser.start();
        }
        page = fixture.serve();
    }

    /** Errors of scripts and violations of the security policy. */
    @AfterEach
    void nothingWasLogged() {
        if (browser == null) {
            return;
        }
        try {
            assertThat(browser.log()).isEmpty();
        } finally {
            browser.open(URI.create("about:blank"));
            fixture.close();
            browser.log();
        }
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
    }

    private void open(int scaleSets) {
        browser.open(page);
        eventually(() -> assertThat(browser.all("#rows tr")).hasSize(scaleSets));
    }

    @Test
    void namesOfJobsAndMessagesAreOnlyText() {
        fixture.scaleSet(
                "set",
                1,
                spec -> spec,
                fixture.condition("Ready", false, HOSTILE),
                fixture.condition("Degraded", true, "A<b>c"));
        fixture.runner(
                "set", "busy", fixture.busy(HOSTILE, Duration.ofSeconds(3)).jobWorkflowRef(HOSTILE));
        fixture.runner(
                "set",
                "stuck",
                EphemeralRunnerStatus.builder()
                        .phase(Phase.PENDING)
                        .reason("ImagePullFailed")
                        .message(HOSTILE));

        open(1);

        eventually(() -> assertThat(browser.texts("#timeline .job")).contains(HOSTILE));
        assertThat(browser.texts("#timeline .message")).containsExactly(HOSTILE);
        assertThat(browser.texts("#problem-list .reason")).containsExactly(HOSTILE);
        assertThat(browser.all("#left img, #right img, main script, main b")).isEmpty();
        assertThat(browser.run("return window.hacked ?? 'no'")).isEqualTo("no");
    }

    @Test
    void changesAppearWithoutAReload() {
        fixture.scaleSet("set", 0);
        open(1);
        assertThat(browser.texts("#connection")).containsExactly("live");

        fixture.scaleSet("set", 1);
        fixture.runner("set", "runner", EphemeralRunnerStatus.builder());
        eventually(() -> assertThat(browser.texts("#timeline .phase")).containsExactly("starts"));

        fixture.podStarted("runner");
        EphemeralRunner runner = fixture.runner("set", "runner", fixture.busy("build", Duration.ofSeconds(4)));
        eventually(() -> assertThat(browser.texts("#timeline .job")).containsExactly("build"));
        // Another event, which the server may have prepared just before the job started.
        eventually(() -> assertThat(browser.texts("#total-busy")).containsExactly("1"));
        assertThat(browser.find(By.cssSelector("#timeline a.job")).getAttribute("href"))
                .isEqualTo("https://github.com/acme/app/actions/runs/77");
        assertThat(browser.find(By.cssSelector("#timeline .track")).getAttribute("aria-label"))
                .contains("job waits 4.0 s")
                .contains("job runs since");

        fixture.removed(runner);
        eventually(() -> assertThat(browser.texts("#timeline .phase")).containsExactly("done"));
    }

    @Test
    void aProblemLeadsToItsRunbook() {
        fixture.scaleSet("fine", 0);
        fixture.scaleSet(
                "broken", 0, spec -> spec, fixture.condition("CredentialsValid", false, "AuthenticationFailed"));

        open(2);

        assertThat(browser.texts("#rows tr:first-child .summary"))
                .containsExactly("AuthenticationFailed: message of AuthenticationFailed");
        assertThat(browser.texts("#total-problems")).containsExactly("1");
        assertThat(browser.find(By.cssSelector("#problem-list .action a")).getAttribute("href"))
                .endsWith("/docs/authentication.md");
    }

    @Test
    void everythingCanBeReachedByKeyboard() {
        for (String name : new String[] {"alpha", "zebra", "zulu"}) {
            fixture.scaleSet(name, 0);
        }
        open(3);

        browser.press("/");
        browser.press("z");
        eventually(() -> assertThat(browser.texts("#rows .name a")).containsExactly("runners/zebra", "runners/zulu"));
        browser.press(Keys.ARROW_DOWN);
        browser.press(Keys.ARROW_DOWN);
        browser.press(Keys.ENTER);
        eventually(() -> assertThat(browser.texts("#selection-title")).containsExactly("runners/zulu"));
        assertThat(browser.texts("tr[aria-current] .name a")).containsExactly("runners/zulu");
        browser.press(Keys.ESCAPE);
        eventually(() -> assertThat(browser.texts("#selection-title")).containsExactly("All scale sets"));

        browser.find(By.cssSelector("[data-sort=desired]")).sendKeys(Keys.ENTER);
        assertThat(browser.find(By.cssSelector("th:nth-child(3)")).getAttribute("aria-sort"))
                .isEqualTo("descending");
    }

    @Test
    void theColorsFollowTheSystem() {
        fixture.scaleSet("set", 0);
        open(1);

        assertThat(browser.colorScheme("light")).isEqualTo("rgba(243, 245, 248, 1)");
        assertThat(browser.colorScheme("dark")).isEqualTo("rgba(15, 19, 24, 1)");
        assertThat(browser.all(".uplot canvas")).hasSize(2);
    }

    @Test
    void manyScaleSetsAndRunnersAreFluent() {
        for (int set = 0; set < 500; set++) {
            String name = "scale-set-%03d".formatted(set);
            fixture.scaleSet(name, 10, spec -> spec.maxRunners(20));
            for (int i = 0; i < 10; i++) {
                fixture.runner(name, name + "-runner-" + i, fixture.busy("job " + i, Duration.ofSeconds(i)));
            }
        }
        open(500);
        eventually(() -> assertThat(browser.all("#timeline li")).hasSize(200));
        Object rendered = browser.run("return Math.round(performance.getEntriesByName('rendered')[0].startTime)");
        Object size = browser.run(
                "return performance.getEntriesByType('resource').reduce((sum, file) => sum + file.encodedBodySize, 0)");

        for (int set = 0; set < 500; set++) {
            fixture.scaleSet("scale-set-%03d".formatted(set), 11);
        }
        Object longestFrame = browser.await("""
                const done = arguments[0];
                let [start, last, longest] = [performance.now(), performance.now(), 0];
                const next = now => {
                  longest = Math.max(longest, now - last);
                  last = now;
                  now - start > 3000 ? done(Math.round(longest)) : requestAnimationFrame(next);
                };
                requestAnimationFrame(next);""");

        eventually(() -> assertThat(browser.texts("#rows td:nth-child(3)")).containsOnly("11"));
        System.out.printf(
                "500 scale sets, 5000 runners: rendered after %s ms, longest frame of an update %s ms, scripts %s bytes%n",
                rendered, longestFrame, size);
        // Several times as long as on a quiet machine.
        assertThat(((Number) rendered).longValue()).isLessThan(20_000);
        assertThat(((Number) longestFrame).longValue()).isLessThan(4_000);
    }
}
