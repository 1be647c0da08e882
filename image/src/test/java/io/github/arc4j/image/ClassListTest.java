package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClassListTest {

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
    void recordedListIsReadAndWrittenSorted() {
        ClassList list = ClassList.of(List.of("java/lang/String *", "@lambda-form-invoker X", "java/lang/Long"));
        list.add("java/lang/Integer", false);

        assertThat(list.recorded())
                .containsExactly("java/lang/Integer", "java/lang/Long", "java/lang/String *", "@lambda-form-invoker X");
    }

    @Test
    void listForTheJvmNamesClassesThenDirectivesThenConstants() throws IOException {
        List<String> lines = ClassList.of(List.of("java/lang/Runnable", "@directive", "java/util/List *"))
                .forJvm(files);

        assertThat(lines).hasSize(5).startsWith("java/lang/Runnable", "java/util/List", "@directive");
        assertThat(lines.get(3)).startsWith("@cp java/lang/Runnable ");
        assertThat(lines.get(4)).startsWith("@cp java/util/List ");
    }

    @Test
    void callSitesAreResolvedOnlyWhereTheyAreAskedFor() throws IOException {
        assertThat(tags(ClassList.of(List.of("java/util/Comparator")))).doesNotContain(PoolEntry.TAG_INVOKE_DYNAMIC);
        assertThat(tags(ClassList.of(List.of("java/util/Comparator *")))).contains(PoolEntry.TAG_INVOKE_DYNAMIC);
    }

    @Test
    void onlyConstantsThatTheJvmCanResolveAreNamed() throws IOException {
        assertThat(tags(ClassList.of(List.of("java/util/Comparator *"))))
                .isSubsetOf(
                        PoolEntry.TAG_CLASS,
                        PoolEntry.TAG_FIELDREF,
                        PoolEntry.TAG_METHODREF,
                        PoolEntry.TAG_INTERFACE_METHODREF,
                        PoolEntry.TAG_INVOKE_DYNAMIC);
    }

    @Test
    void classesThatAreGoneAreLeftOut() throws IOException {
        assertThat(ClassList.of(List.of("java/lang/NoSuchClass", "NoPackage")).forJvm(files))
                .isEmpty();
    }

    /** Tags of the constants that the list for the JVM names for its only class. */
    private Set<Integer> tags(ClassList list) throws IOException {
        String[] words = list.forJvm(files).getLast().split(" ");
        ClassModel model = ClassFile.of().parse(files.find(words[1]).orElseThrow());
        return Arrays.stream(words)
                .skip(2)
                .map(index -> (int) model.constantPool()
                        .entryByIndex(Integer.parseInt(index))
                        .tag())
                .collect(Collectors.toSet());
    }
}
