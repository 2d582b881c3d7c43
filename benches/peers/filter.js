function filter(r) {
    let type;
    try {
        type = JSON.parse(r.requestText).type;
    } catch (e) {
        // Not JSON: passed on.
    }
    if (typeof type === "string" && type.startsWith("batch.")) {
        r.return(200);
    } else {
        r.internalRedirect("@endpoint");
    }
}

export default { filter };
