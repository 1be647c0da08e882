package io.github.arc4j.process;

import java.util.AbstractList;
import java.util.Objects;
import java.util.function.IntFunction;

/** A list that creates an element when it is read, and does not keep it: all at once may not fit into a small heap. */
public final class LazyList<T> extends AbstractList<T> {
    private final int size;
    private final IntFunction<T> element;

    public LazyList(int size, IntFunction<T> element) {
        this.size = size;
        this.element = element;
    }

    @Override
    public T get(int index) {
        return element.apply(Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }
}
