package io.github.arc4j.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.model.ConfigurationContainer;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Developer;
import org.apache.maven.model.License;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.Repository;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.FileModelSource;
import org.apache.maven.model.building.ModelBuildingRequest;
import org.apache.maven.model.building.ModelSource;
import org.apache.maven.model.resolution.ModelResolver;
import org.apache.maven.model.resolution.UnresolvableModelException;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The effective POMs of the modules that a release publishes have what Maven Central requires. */
class PublishedPomsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LIBRARIES = Pattern.compile("(?m)^libraries=(.+)$");
    private static final String JAVADOC = "org.apache.maven.plugins:maven-javadoc-plugin";
    private static final String PROJECT = "https://github.com/arc4j/arc4j";

    static List<String> libraries() throws IOException {
        Matcher libraries = LIBRARIES.matcher(Files.readString(ROOT.resolve("hack/release")));
        assertThat(libraries.find()).isTrue();
        return List.of(libraries.group(1).split(","));
    }

    static Stream<String> poms() throws IOException {
        return Stream.concat(Stream.of("."), libraries().stream());
    }

    @ParameterizedTest
    @MethodSource("poms")
    void describesTheProject(String module) throws Exception {
        Model pom = effective(module);

        assertThat(pom.getName()).startsWith("arc4j");
        assertThat(pom.getDescription()).isNotBlank();
        assertThat(pom.getInceptionYear()).isEqualTo("2026");
        assertThat(pom.getOrganization().getName()).isEqualTo("arc4j");
        assertThat(pom.getDevelopers()).extracting(Developer::getName).doesNotContainNull();
        assertThat(pom.getDevelopers()).hasSize(1);
        assertThat(pom.getLicenses()).extracting(License::getName).containsExactly("Apache-2.0");
    }

    /** By default, Maven appends the name of a module to the URLs that it inherits. */
    @ParameterizedTest
    @MethodSource("poms")
    void linksToTheRepositoryAsAWhole(String module) throws Exception {
        Model pom = effective(module);

        assertThat(pom.getUrl()).isEqualTo(PROJECT);
        assertThat(pom.getScm().getUrl()).isEqualTo(PROJECT);
        assertThat(pom.getScm().getConnection()).isEqualTo("scm:git:" + PROJECT + ".git");
        assertThat(pom.getScm().getDeveloperConnection()).isEqualTo("scm:git:ssh://git@github.com/arc4j/arc4j.git");
        assertThat(pom.getIssueManagement().getUrl()).isEqualTo(PROJECT + "/issues");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void dependsOnReleasesOnly(String module) throws Exception {
        Model pom = effective(module);

        assertThat(pom.getRepositories()).extracting(Repository::getId).containsExactly("central");
        assertThat(pom.getDependencies())
                .filteredOn(dependency -> !dependency.getGroupId().equals(pom.getGroupId()))
                .extracting(Dependency::getVersion)
                .allMatch(version -> version.matches("[0-9].*") && !version.endsWith("-SNAPSHOT"));
        assertThat(pom.getDependencies())
                .filteredOn(dependency -> dependency.getGroupId().equals(pom.getGroupId()))
                .extracting(Dependency::getArtifactId)
                .isSubsetOf(artifacts());
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void containsTheLicense(String module) {
        assertThat(ROOT.resolve(module).resolve("target/classes/META-INF/LICENSE"))
                .hasSameTextualContentAs(ROOT.resolve("LICENSE"));
    }

    /** {@code hack/release} fails if a comment is missing or incomplete; for api, see its {@code JavadocTest}. */
    @ParameterizedTest
    @MethodSource("libraries")
    void aReleaseChecksAllComments(String module) throws Exception {
        Plugin javadoc =
                effective(module, "release").getBuild().getPluginsAsMap().get(JAVADOC);

        assertThat(value(javadoc, "failOnWarnings")).isEqualTo("true");
        assertThat(value(javadoc, "doclint")).isEqualTo("all");
    }

    private static @Nullable String value(ConfigurationContainer plugin, String option) {
        Xpp3Dom configuration = (Xpp3Dom) plugin.getConfiguration();
        Xpp3Dom value = configuration == null ? null : configuration.getChild(option);
        return value == null ? null : value.getValue();
    }

    private static List<String> artifacts() throws IOException {
        return libraries().stream().map(module -> "arc4j-" + module).toList();
    }

    private static Model effective(String module, String... profiles) throws Exception {
        ModelBuildingRequest request = new DefaultModelBuildingRequest()
                .setActiveProfileIds(List.of(profiles))
                .setPomFile(ROOT.resolve(module).resolve("pom.xml").normalize().toFile())
                .setSystemProperties(systemProperties())
                .setModelResolver(new LocalRepository());
        return new DefaultModelBuilderFactory().newInstance().build(request).getEffectiveModel();
    }

    private static Properties systemProperties() {
        Properties properties = new Properties();
        properties.putAll(System.getProperties());
        return properties;
    }

    /** Finds the BOMs that the POMs import where Maven has put them for this build. */
    @SuppressWarnings("deprecation") // ModelSource: the interface has no other type
    private static final class LocalRepository implements ModelResolver {
        private final Path folder =
                Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));

        @Override
        public ModelSource resolveModel(String groupId, String artifactId, String version)
                throws UnresolvableModelException {
            Path file = folder.resolve(groupId.replace('.', '/'))
                    .resolve(artifactId)
                    .resolve(version)
                    .resolve(artifactId + "-" + version + ".pom");
            if (!Files.exists(file)) {
                throw new UnresolvableModelException(file + " is missing", groupId, artifactId, version);
            }
            return new FileModelSource(file.toFile());
        }

        @Override
        public ModelSource resolveModel(Parent parent) throws UnresolvableModelException {
            return resolveModel(parent.getGroupId(), parent.getArtifactId(), parent.getVersion());
        }

        @Override
        public ModelSource resolveModel(Dependency dependency) throws UnresolvableModelException {
            return resolveModel(dependency.getGroupId(), dependency.getArtifactId(), dependency.getVersion());
        }

        @Override
        public void addRepository(Repository repository) {}

        @Override
        public void addRepository(Repository repository, boolean replace) {}

        @Override
        public ModelResolver newCopy() {
            return this;
        }
    }
}
