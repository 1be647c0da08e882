package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedClassesTest {

    /** Where a class or method was renamed, its line must be, too: otherwise it is in the archive, unused. */
    @ParameterizedTest
    @ValueSource(strings = {"ghalistener", "manager"})
    void excludeOnlyClassesAndMethodsThatExist(String list) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("src/main/classes", list + ".classes"))) {
            assertThat(lines.filter(line -> line.startsWith("-") && !exists(line)))
                    .isEmpty();
        }
    }

    private static boolean exists(String line) {
        String[] names = line.substring(1).split("#");
        try (InputStream file = ClassLoader.getSystemResourceAsStream(names[0] + ".class")) {
            if (file == null) {
                return false;
            }
            ClassModel parsed = ClassFile.of().parse(file.readAllBytes());
            return names.length == 1
                    || parsed.methods().stream()
                            .anyMatch(method -> method.methodName().equalsString(names[1]));
        } catch (IOException e) {
            return false;
        }
    }
}
