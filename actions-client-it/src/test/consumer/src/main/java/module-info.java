module stranger {
    requires io.github.arc4j.actions;
}
