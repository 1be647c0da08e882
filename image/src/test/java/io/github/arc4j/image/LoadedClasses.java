package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Converts the output of {@code -XX:DumpLoadedClassList} to a list to be recorded. */
final class LoadedClasses {

    private static final String OWN = "io/github/arc4j/";

    private final ClassFiles files;

    LoadedClasses(ClassFiles files) {
        this.files = files;
    }

    ClassList read(List<String> dumped) throws IOException {
        ClassList list = new ClassList();
        for (String line : dumped) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "@lambda-form-invoker" -> list.addDirective(line);
                case "@cp" -> add(list, words[1], Arrays.copyOfRange(words, 2, words.length));
                case "#", "@lambda-proxy" -> {}
                default -> add(list, words[0]);
            }
        }
        return list;
    }

    private void add(ClassList list, String name, String... constants) throws IOException {
        Optional<byte[]> file = files.find(name);
        if (file.isEmpty() || name.startsWith(OWN)) {
            return;
        }
        ConstantPool pool = ClassFile.of().parse(file.get()).constantPool();
        list.add(
                name,
                Arrays.stream(constants)
                        .map(Integer::valueOf)
                        .filter(index -> pool.entryByIndex(index).tag() == PoolEntry.TAG_INVOKE_DYNAMIC)
                        .toList());
    }
}
