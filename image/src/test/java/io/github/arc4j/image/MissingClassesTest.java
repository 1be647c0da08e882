package io.github.arc4j.image;

import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingClassesTest {
    private static final String OWN = "io.github.arc4j.";

    @TempDir
    private Path directory;

    /** Classes that call each other, by name. */
    private final Map<String, List<String>> calls = new HashMap<>();

    /** Classes that the constant pool of each class contains. */
    private final List<String> named = new ArrayList<>();

    /** Classes in an instanceof check of each class. */
    private final List<String> compared = new ArrayList<>();

    @Test
    void findsNothingOnACompleteClassPath() throws IOException {
        calls.put(OWN + "Main", List.of(OWN + "Used", "java.util.List", "library.Class", "optional.Class"));
        calls.put(OWN + "Used", List.of(OWN + "Main"));
        calls.put("library.Class", List.of("library.NotNeeded"));

        assertThat(missing()).isEmpty();
    }

    @Test
    void findsMissingClassesOfAllReachableClasses() throws IOException {
        calls.put(OWN + "Main", List.of(OWN + "Used", OWN + "LeftOut"));
        calls.put(OWN + "Used", List.of("library.LeftOut"));

        assertThat(missing())
                .containsExactly(
                        "io/github/arc4j/Main -> io/github/arc4j/LeftOut", "io/github/arc4j/Used -> library/LeftOut");
    }

    /** The constant pool contains the class of a constant that the compiler copied. */
    @Test
    void ignoresClassesThatAreOnlyInTheConstantPool() throws IOException {
        calls.put(OWN + "Main", List.of());
        named.add(OWN + "Constants");

        assertThat(missing()).isEmpty();
    }

    @Test
    void findsMissingClassesOfInstanceofChecks() throws IOException {
        calls.put(OWN + "Main", List.of());
        compared.add(OWN + "LeftOut");

        assertThat(missing()).containsExactly("io/github/arc4j/Main -> io/github/arc4j/LeftOut");
    }

    @Test
    void ignoresUnreachableClasses() throws IOException {
        calls.put(OWN + "Main", List.of());
        calls.put(OWN + "OtherMain", List.of("library.LeftOut"));

        assertThat(missing()).isEmpty();
    }

    private Set<String> missing() throws IOException {
        Path jar = directory.resolve("app.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Map.Entry<String, List<String>> type : calls.entrySet()) {
                out.putNextEntry(new ZipEntry(type.getKey().replace('.', '/') + ".class"));
                out.write(calling(type.getKey(), type.getValue()));
            }
        }
        Launcher launcher = new Launcher("app", OWN + "Main", List.of(jar.toString()), List.of());
        try (ClassFiles files = new ClassFiles(Path.of(System.getProperty("java.home")), List.of(jar))) {
            return MissingClasses.of(launcher, files, List.of("optional/"));
        }
    }

    private byte[] calling(String name, List<String> others) {
        return ClassFile.of().build(ClassDesc.of(name), type -> {
            named.forEach(other -> type.constantPool().classEntry(ClassDesc.of(other)));
            type.withMethodBody("run", MTD_void, ACC_STATIC, code -> {
                others.forEach(other -> code.invokestatic(ClassDesc.of(other), "run", MTD_void));
                compared.forEach(other ->
                        code.aconst_null().instanceOf(ClassDesc.of(other)).pop());
                code.return_();
            });
        });
    }
}
