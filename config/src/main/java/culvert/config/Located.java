package culvert.config;

import java.util.function.Function;

/** A value of the file and the place where it stands, or the key whose default it is. */
record Located<T>(T value, Position at) {
    <R> Located<R> map(Function<T, R> function) {
        return new Located<>(function.apply(value), at);
    }
}
