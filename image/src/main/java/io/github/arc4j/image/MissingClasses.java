package io.github.arc4j.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds classes that a process needs and cannot load: the compiler's class path has all jars of the project, a
 * launcher's class path omits some.
 */
final class MissingClasses {
    private static final String OWN = "io/github/arc4j/";

    private final ClassFiles files;
    private final List<String> optional;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> missing = new TreeSet<>();

    private MissingClasses(ClassFiles files, List<String> optional) {
        this.files = files;
        this.optional = optional;
    }

    /**
     * Follows the references of the project's own classes, starting with the main class. A constant does not require
     * its class, because the compiler copies the value.
     *
     * @param optional what the names of classes begin with that the process does without
     * @return {@code class -> missing class}
     */
    static Set<String> of(Launcher launcher, ClassFiles files, List<String> optional) throws IOException {
        MissingClasses search = new MissingClasses(files, optional);
        search.follow(launcher.mainClass().replace('.', '/'));
        return search.missing;
    }

    private void follow(String mainClass) throws IOException {
        Deque<String> next = new ArrayDeque<>(Set.of(mainClass));
        while (!next.isEmpty()) {
            String name = next.pop();
            byte[] file = files.find(name).orElseThrow(() -> new IOException("class not found: " + name));
            for (ClassEntry reference : references(ClassFile.of().parse(file))) {
                String to = elementType(reference);
                if (!isPrimitive(to) && optional.stream().noneMatch(to::startsWith) && seen.add(to)) {
                    if (files.find(to).isEmpty()) {
                        missing.add(name + " -> " + to);
                    } else if (to.startsWith(OWN)) {
                        next.add(to);
                    }
                }
            }
        }
    }

    /** Not all classes in the constant pool, which also contains the classes of copied constants. */
    private static Set<ClassEntry> references(ClassModel type) {
        Set<ClassEntry> references = new HashSet<>(type.interfaces());
        type.superclass().ifPresent(references::add);
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member) {
                references.add(member.owner());
            }
        }
        for (MethodModel method : type.methods()) {
            method.code().ifPresent(code -> code.forEach(element -> references.addAll(requiredClasses(element))));
        }
        return references;
    }

    /** The classes that an instruction requires besides those of the members that it uses. */
    private static List<ClassEntry> requiredClasses(CodeElement element) {
        return switch (element) {
            case TypeCheckInstruction check -> List.of(check.type());
            case NewReferenceArrayInstruction array -> List.of(array.componentType());
            case NewMultiArrayInstruction array -> List.of(array.arrayType());
            case ExceptionCatch handler -> handler.catchType().stream().toList();
            case LoadConstantInstruction load
            when load.constantEntry() instanceof ClassEntry literal -> List.of(literal);
            default -> List.of();
        };
    }

    /** The class, or the element class of an array: {@code [[Ljava/lang/String;} or {@code [I}. */
    private static String elementType(ClassEntry reference) {
        String name = reference.asInternalName();
        String element = name.substring(name.lastIndexOf('[') + 1);
        return element.endsWith(";") ? element.substring(1, element.length() - 1) : element;
    }

    private static boolean isPrimitive(String name) {
        return name.length() == 1;
    }
}
