package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadedClassesTest {

    private ClassFiles files;

    @BeforeEach
    void openThisRuntime() throws IOException {
        files = new ClassFiles(Path.of(System.getProperty("java.home")), List.of());
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void recordsInitializedClassesAndDirectives() throws IOException {
        ClassList list = new LoadedClasses(files)
                .initialized(
                        List.of(
                                "# comment",
                                "java/lang/String id: 1",
                                "java/util/Formattable id: 2",
                                "java/lang/Integer id: 3",
                                "io/github/arc4j/Own id: 4",
                                "@lambda-form-invoker [LF_RESOLVE] X",
                                "@lambda-proxy java/lang/String run",
                                "@cp java/util/Formattable 1 2"),
                        List.of(
                                "[0.1s][info][class,init] 0 Initializing 'java/lang/String' (0x1) by thread \"main\"",
                                "[0.1s][info][class,init] 1 Initializing 'java/lang/Integer'(no method) (0x1) by thread \"main\"",
                                "[0.1s][info][class,init] 2 Initializing 'io/github/arc4j/Own' (0x1) by thread \"main\"",
                                "[0.1s][info][class,init] linked java/util/Formattable"),
                        List.of("io/github/arc4j/Own", "io/github/arc4j/Unused"));

        assertThat(list.recorded())
                .containsExactly(
                        "java/lang/Integer",
                        "java/lang/String",
                        "@lambda-form-invoker [LF_RESOLVE] X",
                        "-io/github/arc4j/Unused");
    }

    @Test
    void excludesMethodsOfWhichNoCallSiteWasReached() throws IOException {
        ClassList whole = new ClassList();
        whole.addWhole("java/util/function/Function");
        Map<String, Set<Integer>> sites = CallSites.byMethod(
                ClassFile.of().parse(files.find("java/util/function/Function").orElseThrow()));
        int reached = sites.getOrDefault("compose", Set.of()).iterator().next();

        new LoadedClasses(files)
                .excludeUnreachedCallSites(
                        whole,
                        List.of("@cp java/util/function/Function " + reached),
                        List.of("java/util/function/Function"));

        assertThat(whole.recorded())
                .containsExactly(
                        "java/util/function/Function",
                        "-java/util/function/Function#andThen",
                        "-java/util/function/Function#identity");
    }

    @Test
    void addsClassesThatWereNotInTheArchive() throws IOException {
        ClassList list = ClassList.of(List.of("java/lang/String", "-io/github/arc4j/Own", "-io/github/arc4j/Unused"));

        boolean added = new LoadedClasses(files)
                .addMissing(
                        list,
                        List.of(
                                "[0.1s][info][class,load] java.lang.String source: shared objects file",
                                "[0.1s][info][class,load] java.util.Formattable source: jrt:/java.base",
                                "[0.1s][info][class,load] io.github.arc4j.Own source: file:/app/lib/arc4j.jar",
                                "[0.1s][info][class,load] java.lang.Integer source: shared objects file (top)",
                                "[0.1s][info][class,load] X$$Lambda/0x1 source: X"));

        assertThat(added).isTrue();
        assertThat(list.recorded())
                .containsExactly("java/lang/String", "java/util/Formattable", "-io/github/arc4j/Unused");
    }
}
