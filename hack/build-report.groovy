// Runs at the start of every build. Checks early whether the container images can be built, and lists in the last lines of the build what was not built or tested, why, and how to enable it.

import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.channels.UnresolvedAddressException
import java.time.Duration
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import javax.xml.parsers.DocumentBuilderFactory
import org.apache.maven.execution.ExecutionEvent
import org.apache.maven.execution.ExecutionListener
import org.apache.maven.plugin.MojoFailureException
import org.w3c.dom.Element

/** Delegates to Maven's own listener, and prints the list after Maven's last lines. */
class BuildReport implements ExecutionListener {
    @Delegate
    ExecutionListener maven
    Object log
    Object session
    List<String> gaps = []

    @Override
    void mojoFailed(ExecutionEvent event) {
        if (event.mojoExecution.goal == 'select-jdk-toolchain') {
            log.error('This build needs a JDK 25, and none was found. Install one; if it is still not found, ' +
                    'set JAVA25_HOME to its directory.')
        }
        maven.mojoFailed(event)
    }

    @Override
    void sessionEnded(ExecutionEvent event) {
        maven.sessionEnded(event)
        def testClasses = testClasses()
        if (session.userProperties['slowest']) {
            printSlowest('modules', session.projects.collectEntries { [it.name, (session.result.getBuildSummary(it)?.time ?: 0) / 1000] })
            printSlowest('test classes', testClasses.collectEntries { [it.getAttribute('name'), it.getAttribute('time') as double] })
        }
        def all = gaps + skipped(testClasses)
        if (!session.result.hasExceptions() && all) {
            log.warn('Not built or tested here:')
            all.each { log.warn("- $it") }
        }
    }

    /** The root element of the report of each test class that was run. */
    private List<Element> testClasses() {
        session.projects.collectMany { project ->
            ['surefire-reports', 'failsafe-reports'].collectMany { folder ->
                (new File(project.build.directory, folder).listFiles() ?: [])
                        .findAll { it.name ==~ /TEST-.*\.xml/ && it.lastModified() >= session.startTime.time }
                        .collect { DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(it).documentElement }
            }
        }
    }

    /** One line per reason, with the number of tests and their classes. */
    private static List<String> skipped(List<Element> testClasses) {
        Map<String, List<String>> classesByReason = new TreeMap<>()
        testClasses.each { testClass ->
            def skipped = testClass.getElementsByTagName('skipped')
            for (int i = 0; i < skipped.length; i++) {
                // The reason of a disabled test is an attribute, that of a failed assumption is the first line of a
                // stack trace.
                String reason = skipped.item(i).getAttribute('message') ?: skipped.item(i).textContent.readLines().first()
                reason = reason.replaceFirst(/^(org\.opentest4j\.TestAbortedException: )?(Assumption failed: )?/, '')
                // These tests are run in their own module.
                if (!reason.startsWith('Run on the embedded API server alone')) {
                    classesByReason.computeIfAbsent(reason) { [] } <<
                            skipped.item(i).parentNode.getAttribute('classname').replaceAll(/.*\./, '')
                }
            }
        }
        classesByReason.collect { reason, classes ->
            "${classes.size()} test${classes.size() == 1 ? '' : 's'} (${classes.unique().join(', ')}): $reason"
        }
    }

    private void printSlowest(String title, Map<String, Double> seconds) {
        log.info("The slowest $title:")
        seconds.sort { -it.value }.take(session.userProperties['slowest'] as int).each { name, time ->
            log.info(String.format(Locale.ROOT, '%7.1f s  %s', time, name))
        }
    }
}

/** The reason why no base image is available for the container images; null if there is one. */
String baseImageProblem(String baseImage) {
    if (baseImage.startsWith('tar://')) {
        return new File(baseImage - 'tar://').file ? null : "there is no file ${baseImage - 'tar://'}"
    }
    if (baseImage.startsWith('docker://') || session.userProperties['jib.allowInsecureRegistries']) {
        return null
    }
    def parts = baseImage.replaceFirst('^registry://', '').split('/', 2)
    boolean namesRegistry = parts.length == 2 && (parts[0] == 'localhost' || parts[0] =~ /[.:]/)
    String registry = namesRegistry ? parts[0] : 'registry-1.docker.io'
    if (session.offline) {
        // jib's cache of base images.
        String cache = session.userProperties['jib.baseImageCache'] ?:
                "${System.getenv('XDG_CACHE_HOME') ?: System.getProperty('user.home') + '/.cache'}/google-cloud-tools-java/jib"
        return new File("$cache/images/${baseImage.replaceAll(/[:@]/, '!')}").exists() ? null :
                'Maven is offline, and no earlier build has fetched the base image'
    }
    return registryProblem(registry)
}

/** The reason why a registry cannot be reached, determined within 8 s; null if it can be reached. */
String registryProblem(String registry) {
    def client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(8))
    def proxy = session.settings.activeProxy
    if (proxy) {
        client.proxy(ProxySelector.of(new InetSocketAddress(proxy.host, proxy.port)))
    }
    def request = HttpRequest.newBuilder(URI.create("https://$registry/v2/")).build()
    try {
        // The connect timeout does not cover the name lookup, which could take longer.
        int status = client.build().sendAsync(request, HttpResponse.BodyHandlers.discarding()).get(8, TimeUnit.SECONDS).statusCode()
        // 401 requests a token, 407 the proxy's credentials; jib handles both.
        return status in [200, 401, 407] ? null : "$registry answered with status $status"
    } catch (ExecutionException e) {
        Throwable cause = e.cause
        while (cause.cause) {
            cause = cause.cause
        }
        String reason = cause instanceof UnresolvedAddressException ? 'unknown host' : cause.message ?: cause.class.simpleName
        return "$registry cannot be reached ($reason)"
    } catch (TimeoutException e) {
        return "$registry cannot be reached (no response within 8 s)"
    }
}

def report = new BuildReport(maven: session.request.executionListener, log: log, session: session)
session.request.executionListener = report

boolean packages = session.goals.any { it in ['package', 'integration-test', 'verify', 'install', 'deploy'] }
def image = session.projects.find { it.artifactId == 'arc4j-image' }
if (image && packages) {
    boolean skipsImages = (session.userProperties['image.skip'] ?: image.properties['image.skip']) != 'false'
    String problem = skipsImages ?
            'they are skipped with -Dimage.skip, and on every system but Linux, because they contain the runtime of the JDK that builds them' :
            baseImageProblem(session.userProperties['jib.from.image'] ?: image.properties['jib.from.image'])
    if (problem) {
        String message = "$problem."
        if (!skipsImages) {
            message += ' Set ARC4J_BASE_IMAGE_TAR to an archive of the base image (created with docker save), or allow access to its registry.'
        }
        if (session.userProperties['e2e'] == 'required' || session.userProperties['images'] == 'required') {
            log.error("This build needs the container images: $message")
            throw new MojoFailureException('the container images are required')
        }
        report.gaps << "The container images: $message".toString()
        if (!skipsImages) {
            image.properties['jib.skip'] = 'true'
            // Otherwise, tests would use the images of an earlier build.
            ['arc4j-image.tar', 'arc4j-simulator-image.tar'].each { new File(image.basedir, "../target/$it").delete() }
        }
    }
}
boolean formatChecked = session.projects.any { project -> project.buildPlugins.any { it.artifactId == 'spotless-maven-plugin' } }
if (packages && !formatChecked) {
    report.gaps << "The formatting of the sources: the formatter requires Maven to run on a JDK 25, but it runs on ${System.getProperty('java.specification.version')}. Set JAVA_HOME to a JDK 25."
}
