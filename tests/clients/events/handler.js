exports.hello = async (event) => {
  console.log('EVENT ' + JSON.stringify(event));
  return { statusCode: 200, body: 'hi' };
};
