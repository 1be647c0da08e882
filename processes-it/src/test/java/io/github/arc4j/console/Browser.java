package io.github.arc4j.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a window. */
final class Browser implements AutoCloseable {
    private static final String MISSING =
            "chromedriver and Chromium (Debian packages chromium and chromium-driver) are not on the PATH, so the web"
                    + " console is not tested in a browser.";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /**
     * Starts Chromium or Chrome. Skips the test if there is none on the PATH.
     *
     * @throws AssertionError in this case, if the system property {@code browser=required} is set
     */
    static Browser start() {
        Optional<Path> driver = find("chromedriver");
        Optional<Path> browser = Stream.of("google-chrome", "chromium", "chromium-browser")
                .flatMap(name -> find(name).stream())
                .findFirst();
        boolean isInstalled = driver.isPresent() && browser.isPresent();
        if (System.getProperty("browser", "").equals("required")) {
            assertThat(isInstalled).as("-Dbrowser=required: %s", MISSING).isTrue();
        }
        assumeTrue(isInstalled, MISSING);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(browser.orElseThrow().toFile())
                // The sandbox does not work for root, and the page is our own.
                .addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
                .addArguments("--window-size=1680,1050", "--lang=en-US");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        ChromeDriver chrome = new ChromeDriver(service, options);
        chrome.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
        return new Browser(chrome);
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    String colorScheme(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        return driver.findElement(By.tagName("body")).getCssValue("background-color");
    }

    WebElement find(By element) {
        return driver.findElement(element);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The visible texts of all elements that match. */
    List<String> texts(String selector) {
        return strings("return [...document.querySelectorAll(arguments[0])].map(found => found.innerText)", selector);
    }

    @SuppressWarnings("unchecked")
    private List<String> strings(String script, String argument) {
        return (List<String>) driver.executeScript(script, argument);
    }

    /** The result of a script; numbers are Long or Double. */
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** The result of a script that calls the function {@code arguments[0]} with it. */
    Object await(String script) {
        return driver.executeAsyncScript(script);
    }

    /** Presses a key wherever the focus is. */
    void press(CharSequence keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** What the browser has logged since the last call, such as errors and violations of the security policy. */
    List<String> log() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
