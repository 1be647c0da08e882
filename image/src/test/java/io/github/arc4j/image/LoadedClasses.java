package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ConstantPool;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a list to be recorded of what {@code -XX:DumpLoadedClassList} has written. */
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
                case "@cp" -> add(list, words[1], hasCallSite(words));
                case "#", "@lambda-proxy" -> {}
                default -> add(list, words[0], false);
            }
        }
        return list;
    }

    private void add(ClassList list, String name, boolean callSites) throws IOException {
        if (!name.startsWith(OWN) && files.find(name).isPresent()) {
            list.add(name, callSites);
        }
    }

    private boolean hasCallSite(String[] constants) throws IOException {
        Optional<ConstantPool> pool =
                files.find(constants[1]).map(file -> ClassFile.of().parse(file).constantPool());
        return pool.isPresent() && indexes(constants).anyMatch(index -> isCallSite(pool.get(), index));
    }

    private static Stream<Integer> indexes(String[] constants) {
        return Arrays.stream(constants).skip(2).map(Integer::valueOf);
    }

    private static boolean isCallSite(ConstantPool pool, int index) {
        return pool.entryByIndex(index).tag() == PoolEntry.TAG_INVOKE_DYNAMIC;
    }
}
