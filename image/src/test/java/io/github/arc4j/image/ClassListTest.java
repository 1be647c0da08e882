package io.github.arc4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
    void readsAndWritesRecordedListsSorted() {
        ClassList list = ClassList.of(List.of("java/lang/String 9 7", "@lambda-form-invoker X", "java/lang/Long"));
        list.add("java/lang/Integer", List.of());
        list.add("java/lang/Long", List.of(3));

        assertThat(list.recorded())
                .containsExactly(
                        "java/lang/Integer", "java/lang/Long 3", "java/lang/String 7 9", "@lambda-form-invoker X");
    }

    @Test
    void omitsExcludedClasses() throws IOException {
        ClassList list = ClassList.of(List.of("-java/util/List", "-java/util/Map"));
        list.addWhole("java/util/List");

        assertThat(list.forJvm(files)).isEmpty();
        assertThat(list.recorded()).containsExactly("-java/util/List", "-java/util/Map");

        list.includeAll();
        list.addWhole("java/util/List");

        assertThat(list.recorded()).containsExactly("java/util/List");
    }

    @Test
    void listForTheJvmHasClassesThenDirectivesThenConstants() throws IOException {
        List<String> lines = ClassList.of(List.of("java/lang/Runnable", "@directive", "java/util/List"))
                .forJvm(files);

        assertThat(lines).hasSize(5).startsWith("java/lang/Runnable", "java/util/List", "@directive");
        assertThat(lines.get(3)).startsWith("@cp java/lang/Runnable ");
        assertThat(lines.get(4)).startsWith("@cp java/util/List ");
    }

    @Test
    void listsOnlyRecordedCallSites() throws IOException {
        ClassList whole = new ClassList();
        whole.addWhole("java/util/Comparator");
        List<Integer> all = callSites(whole);

        assertThat(all).hasSizeGreaterThan(1);
        assertThat(callSites(ClassList.of(List.of("java/util/Comparator " + all.getLast()))))
                .containsExactly(all.getLast());
        assertThat(callSites(ClassList.of(List.of("java/util/Comparator")))).isEmpty();
    }

    @Test
    void omitsExcludedCallSites() throws IOException {
        ClassList whole = new ClassList();
        whole.addWhole("java/util/function/Function");
        int all = callSites(whole).size();

        ClassList some =
                ClassList.of(List.of("-java/util/function/Function#compose", "-java/util/function/Function#none"));
        some.addWhole("java/util/function/Function");

        assertThat(callSites(some)).hasSize(all - 1);
        assertThat(some.recorded())
                .containsExactly(
                        "java/util/function/Function",
                        "-java/util/function/Function#compose",
                        "-java/util/function/Function#none");

        some.includeAll();

        assertThat(callSites(some)).hasSize(all);
    }

    @Test
    void omitsCallSitesThatHaveMoved() throws IOException {
        assertThat(callSites(ClassList.of(List.of("java/util/Comparator 1 60000"))))
                .isEmpty();
    }

    @Test
    void listsOnlyConstantsThatTheJvmCanResolve() throws IOException {
        ClassList whole = new ClassList();
        whole.addWhole("java/util/Comparator");

        assertThat(constants(whole))
                .extracting(entry -> (int) entry.tag())
                .isSubsetOf(
                        PoolEntry.TAG_CLASS,
                        PoolEntry.TAG_FIELDREF,
                        PoolEntry.TAG_METHODREF,
                        PoolEntry.TAG_INTERFACE_METHODREF,
                        PoolEntry.TAG_INVOKE_DYNAMIC);
    }

    @Test
    void omitsClassesThatNoLongerExist() throws IOException {
        assertThat(ClassList.of(List.of("java/lang/NoSuchClass", "NoPackage")).forJvm(files))
                .isEmpty();
    }

    private List<Integer> callSites(ClassList list) throws IOException {
        return constants(list).stream()
                .filter(entry -> entry.tag() == PoolEntry.TAG_INVOKE_DYNAMIC)
                .map(PoolEntry::index)
                .toList();
    }

    /** The constants of the only class in the list for the JVM. */
    private List<PoolEntry> constants(ClassList list) throws IOException {
        String[] words = list.forJvm(files).getLast().split(" ");
        ConstantPool pool =
                ClassFile.of().parse(files.find(words[1]).orElseThrow()).constantPool();
        return Arrays.stream(words)
                .skip(2)
                .<PoolEntry>map(index -> pool.entryByIndex(Integer.parseInt(index)))
                .toList();
    }
}
